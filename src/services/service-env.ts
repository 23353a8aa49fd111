import type { Service } from '../kube/references.ts';
import { parseIPv4 } from './ipv4.ts';
import type { ServiceCatalog } from './service-catalog.ts';

/**
 * The variables that tell the containers of a namespace of its services, and of the API (`kubelet/envvars`): those with
 * an address. A name that several services come to is the last one's, as it is there.
 */
export function serviceEnv(catalog: ServiceCatalog, namespace: string): ReadonlyMap<string, string> {
  const api = catalog.service('default', 'kubernetes');
  const own = [...catalog.services()]
    .filter(({ metadata }) => metadata.namespace === namespace)
    .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const named = new Map(
    [...(api === undefined ? [] : [api]), ...own].map((service) => [service.metadata.name, service]),
  );
  return new Map([...named.values()].flatMap(variablesOf));
}

function variablesOf({ metadata, spec }: Service): readonly (readonly [string, string])[] {
  const { clusterIP = '', ports = [] } = spec;
  const [first] = ports;
  if (parseIPv4(clusterIP) === undefined || first === undefined) return [];
  const prefix = variableName(metadata.name ?? '');
  return [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports
      .filter(({ name = '' }) => name !== '')
      .map(({ name = '', port }) => [`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)] as const),
    [`${prefix}_PORT`, `${protocolOf(first.protocol)}://${clusterIP}:${first.port}`],
    ...ports.flatMap(({ port, protocol }) => {
      const link = `${prefix}_PORT_${port}_${protocolOf(protocol).toUpperCase()}`;
      return [
        [link, `${protocolOf(protocol)}://${clusterIP}:${port}`],
        [`${link}_PROTO`, protocolOf(protocol)],
        [`${link}_PORT`, String(port)],
        [`${link}_ADDR`, clusterIP],
      ] as const;
    }),
  ];
}

function protocolOf(protocol = 'TCP'): string {
  return protocol.toLowerCase();
}

function variableName(name: string): string {
  const upper = name.replaceAll(/[.-]/g, '_').toUpperCase();
  return /^\d/.test(upper) ? `_${upper}` : upper;
}
