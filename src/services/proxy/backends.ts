import type { Endpoint, EndpointSlice } from '../../kube/endpoints.ts';
import type { Service, ServicePort } from '../../kube/references.ts';
import { parseIPv4 } from '../ipv4.ts';
import { isReady, type ServiceCatalog } from '../service-catalog.ts';

export const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const;

export type Protocol = (typeof PROTOCOLS)[number];

/** Where the traffic to one port of a service goes. */
export interface ServiceRoute {
  /** `default/web:http`. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly clusterIP: string;
  readonly port: number;
  readonly nodePort: number | undefined;
  /** Each client has one backend for as long as these do not change. */
  readonly affinity: boolean;
  /** By address and port. Empty: connections are refused. */
  readonly backends: readonly Backend[];
}

export interface Backend {
  readonly address: string;
  readonly port: number;
}

/**
 * A route for each port of each service with an address, by name. What is no IPv4 address or port has no part in it.
 * Addresses in `own` are the node's: it answers there itself.
 */
export function serviceRoutes(catalog: ServiceCatalog, own: ReadonlySet<string>): readonly ServiceRoute[] {
  return [...catalog.services()]
    .flatMap((service) => {
      const { clusterIP = '' } = service.spec;
      if (parseIPv4(clusterIP) === undefined || own.has(clusterIP)) return [];
      const { namespace = '', name = '' } = service.metadata;
      const slices = catalog.slicesOf(namespace, name);
      return (service.spec.ports ?? []).flatMap((port) => routeOf(service, port, slices) ?? []);
    })
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

function routeOf(
  { metadata, spec }: Service,
  servicePort: ServicePort,
  slices: readonly EndpointSlice[],
): ServiceRoute | undefined {
  const { port, nodePort } = servicePort;
  const protocol = protocolOf(servicePort.protocol);
  if (protocol === undefined || !isPort(port)) return undefined;
  const portName = servicePort.name ?? '';
  return {
    name: `${metadata.namespace ?? ''}/${metadata.name ?? ''}:${portName === '' ? port : portName}`,
    protocol,
    clusterIP: spec.clusterIP ?? '',
    port,
    nodePort: isPort(nodePort) && spec.type !== 'ClusterIP' ? nodePort : undefined,
    affinity: spec.sessionAffinity === 'ClientIP',
    backends: backendsOf(slices, portName, protocol),
  };
}

function backendsOf(
  slices: readonly EndpointSlice[],
  portName: string,
  protocol: Protocol,
): readonly Backend[] {
  const all = slices
    .filter(({ addressType }) => addressType === 'IPv4')
    .flatMap(({ endpoints, ports = [] }) =>
      ports
        .filter((it) => (it.name ?? '') === portName && protocolOf(it.protocol) === protocol)
        .flatMap(({ port }) => (isPort(port) ? endpoints.map((endpoint) => ({ endpoint, port })) : [])),
    );
  const ready = all.filter(({ endpoint }) => isReady(endpoint));
  // As upstream: those that are ending, but serve still, when there is nothing else.
  const chosen = ready.length > 0 ? ready : all.filter(({ endpoint }) => isServingToTheEnd(endpoint));
  const backends = chosen.flatMap(({ endpoint, port }) => {
    const address = endpoint.addresses[0] ?? '';
    return parseIPv4(address) === undefined ? [] : [[`${address}:${port}`, { address, port }] as const];
  });
  return [...new Map(backends.sort(([a], [b]) => (a < b ? -1 : Number(a > b)))).values()];
}

function isServingToTheEnd({ conditions }: Endpoint): boolean {
  return conditions?.serving === true && conditions.terminating === true;
}

function protocolOf(name = 'TCP'): Protocol | undefined {
  return PROTOCOLS.find((protocol) => protocol === name.toLowerCase());
}

function isPort(port: number | undefined): port is number {
  return port !== undefined && Number.isInteger(port) && port > 0 && port < 65_536;
}
