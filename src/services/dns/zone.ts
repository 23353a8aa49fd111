import type { Answer } from 'dns-packet';
import type { Endpoint } from '../../kube/endpoints.ts';
import type { Service } from '../../kube/references.ts';
import { formatIPv4, type Ipv4Range, isInRange, parseIPv4 } from '../ipv4.ts';
import { isReady, type ServiceCatalog } from '../service-catalog.ts';

/** What the zone is made of. */
export interface ZoneSource {
  readonly catalog: ServiceCatalog;
  /** `cluster.local`. */
  readonly domain: string;
  /** Where the zone's name server answers. */
  readonly address: string;
  /** Addresses whose names nobody but us knows. */
  readonly ranges: readonly Ipv4Range[];
  hasNamespace(namespace: string): boolean;
  hasPod(namespace: string, address: string): boolean;
}

export interface Asked {
  readonly name: string;
  /** `A`, `SRV`, ... */
  readonly type: string;
}

export type ZoneAnswer =
  /** The name exists; without answers it has nothing of that type. */
  | { readonly kind: 'found'; readonly answers: readonly Answer[]; readonly additionals?: readonly Answer[] }
  /** The name stands for one that is no service's: to be followed. */
  | { readonly kind: 'alias'; readonly alias: Answer; readonly target: string }
  | { readonly kind: 'unknown' }
  /** Not for us to say. */
  | { readonly kind: 'elsewhere' };

/** Short, because services and pods come and go: CoreDNS has the same. */
export const TTL_SECONDS = 5;

const unknown: ZoneAnswer = { kind: 'unknown' };
const empty: ZoneAnswer = { kind: 'found', answers: [] };

/** Kubernetes' DNS-based service discovery, version 1.1.0 of its specification. */
export function lookUp(asked: Asked, source: ZoneSource): ZoneAnswer {
  const labels = labelsOf(asked.name);
  const domain = labelsOf(source.domain);
  if (endsWith(labels, domain)) return inZone(asked, labels.slice(0, -domain.length), source);
  if (endsWith(labels, ['in-addr', 'arpa'])) return reverse(asked, labels.slice(0, -2), source);
  return { kind: 'elsewhere' };
}

/** Names know no upper case. */
function labelsOf(name: string): readonly string[] {
  return name.toLowerCase().replace(/\.$/, '').split('.');
}

function endsWith(labels: readonly string[], tail: readonly string[]): boolean {
  return (
    labels.length >= tail.length && tail.every((label, index) => labels.at(index - tail.length) === label)
  );
}

function inZone(asked: Asked, labels: readonly string[], source: ZoneSource): ZoneAnswer {
  const [last, ...before] = labels.toReversed();
  if (last === undefined) return apex(asked, source);
  if (last === 'svc') return belowServices(asked, before, source);
  if (last === 'pod') return belowPods(asked, before, source);
  if (before.length > 0)
    return last === 'dns' && labels.length === 2 ? nameServer(asked, labels, source) : unknown;
  if (last === 'dns-version') return ofType(asked, 'TXT', [record(asked, 'TXT', '1.1.0')]);
  return last === 'dns' ? empty : unknown;
}

function apex(asked: Asked, source: ZoneSource): ZoneAnswer {
  if (asked.type === 'SOA') return { kind: 'found', answers: [startOfAuthority(source)] };
  return ofType(asked, 'NS', [record(asked, 'NS', `ns.dns.${source.domain}`)]);
}

function nameServer(asked: Asked, [host]: readonly string[], source: ZoneSource): ZoneAnswer {
  return host === 'ns' ? ofType(asked, 'A', [record(asked, 'A', source.address)]) : unknown;
}

/** What says for how long a name that is not there need not be asked for again. */
export function startOfAuthority({ domain }: ZoneSource): Answer {
  const data = {
    mname: `ns.dns.${domain}`,
    rname: `hostmaster.${domain}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: TTL_SECONDS,
  };
  return { type: 'SOA', name: domain, ttl: TTL_SECONDS, data };
}

function belowServices(asked: Asked, labels: readonly string[], source: ZoneSource): ZoneAnswer {
  const [namespace, name, first, second, ...more] = labels;
  if (namespace === undefined) return empty;
  if (name === undefined) return source.hasNamespace(namespace) ? empty : unknown;
  const service = source.catalog.service(namespace, name);
  if (service === undefined || more.length > 0) return unknown;
  const { externalName, type } = service.spec;
  if (type === 'ExternalName') {
    if (first !== undefined || externalName === undefined) return unknown;
    const target = externalName.replace(/\.$/, '');
    return { kind: 'alias', alias: record(asked, 'CNAME', target), target };
  }
  if (first === undefined) return ofType(asked, 'A', addressesOf(asked, service, source));
  if (second !== undefined) return servicePort(asked, service, [second, first], source);
  if (first === '_tcp' || first === '_udp' || first === '_sctp') return empty;
  return hostOfService(asked, service, first, source);
}

function addressesOf(asked: Asked, service: Service, source: ZoneSource): readonly Answer[] {
  const { clusterIP = '' } = service.spec;
  const addresses = isHeadless(service)
    ? endpointsOf(service, source).map(({ address }) => address)
    : [clusterIP].filter((address) => parseIPv4(address) !== undefined);
  return [...new Set(addresses)].map((address) => record(asked, 'A', address));
}

/** One pod of a headless service: by its host name, or by its address with hyphens. */
function hostOfService(asked: Asked, service: Service, host: string, source: ZoneSource): ZoneAnswer {
  if (!isHeadless(service)) return unknown;
  const found = endpointsOf(service, source).filter((endpoint) => endpoint.host === host);
  if (found.length === 0) return unknown;
  return ofType(
    asked,
    'A',
    [...new Set(found.map(({ address }) => address))].map((address) => record(asked, 'A', address)),
  );
}

/** `_http._tcp.web.default.svc`: where the port of that name is. */
function servicePort(
  asked: Asked,
  service: Service,
  [port, protocol]: readonly [port: string, protocol: string],
  source: ZoneSource,
): ZoneAnswer {
  if (!port.startsWith('_') || !protocol.startsWith('_')) return unknown;
  const isMeant = (name: string | undefined, transport = 'TCP'): boolean =>
    `_${name ?? ''}` === port && `_${transport.toLowerCase()}` === protocol;
  const own = serviceName(service, source.domain);
  const targets = isHeadless(service)
    ? endpointsOf(service, source).flatMap(({ host, address, ports }) =>
        ports
          .filter((it) => isMeant(it.name, it.protocol))
          .map((it) => ({ target: `${host}.${own}`, port: it.port ?? 0, address })),
      )
    : (service.spec.ports ?? [])
        .filter((it) => isMeant(it.name, it.protocol))
        .map((it) => ({ target: own, port: it.port, address: service.spec.clusterIP ?? '' }));
  if (targets.length === 0) return unknown;
  if (asked.type !== 'SRV') return empty;
  return {
    kind: 'found',
    answers: targets.map(({ target, port: number }) => ({
      type: 'SRV',
      name: asked.name,
      ttl: TTL_SECONDS,
      data: { priority: 0, weight: Math.max(1, Math.floor(100 / targets.length)), port: number, target },
    })),
    additionals: targets
      .filter(({ address }) => parseIPv4(address) !== undefined)
      .map(({ target, address }) => ({ type: 'A', name: target, ttl: TTL_SECONDS, data: address })),
  };
}

/** `10-85-0-2.default.pod`: only for a pod that is there. */
function belowPods(asked: Asked, labels: readonly string[], source: ZoneSource): ZoneAnswer {
  const [namespace, host, ...more] = labels;
  if (namespace === undefined) return empty;
  if (host === undefined) return source.hasNamespace(namespace) ? empty : unknown;
  const address = host.replaceAll('-', '.');
  if (more.length > 0 || parseIPv4(address) === undefined || !source.hasPod(namespace, address))
    return unknown;
  return ofType(asked, 'A', [record(asked, 'A', address)]);
}

function reverse(asked: Asked, labels: readonly string[], source: ZoneSource): ZoneAnswer {
  const number = parseIPv4(labels.toReversed().join('.'));
  if (number === undefined || !source.ranges.some((range) => isInRange(number, range)))
    return { kind: 'elsewhere' };
  const names = namesOf(formatIPv4(number), source);
  return names.length === 0
    ? unknown
    : ofType(
        asked,
        'PTR',
        names.map((name) => record(asked, 'PTR', name)),
      );
}

function namesOf(address: string, source: ZoneSource): readonly string[] {
  return [...source.catalog.services()].flatMap((service) => {
    const own = serviceName(service, source.domain);
    if (service.spec.clusterIP === address) return [own];
    if (!isHeadless(service)) return [];
    return endpointsOf(service, source)
      .filter((endpoint) => endpoint.address === address)
      .map(({ host }) => `${host}.${own}`);
  });
}

interface ServiceEndpoint {
  readonly host: string;
  readonly address: string;
  readonly ports: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[];
}

/** Those that are ready: of a service that publishes others too, the controller says that they are. */
function endpointsOf({ metadata }: Service, { catalog }: ZoneSource): readonly ServiceEndpoint[] {
  const slices = catalog.slicesOf(metadata.namespace ?? '', metadata.name ?? '');
  return slices
    .filter(({ addressType }) => addressType === 'IPv4')
    .flatMap(({ endpoints, ports = [] }) =>
      endpoints.filter(isReady).flatMap((endpoint) => {
        const address = addressOf(endpoint);
        if (address === undefined) return [];
        return [{ host: endpoint.hostname ?? address.replaceAll('.', '-'), address, ports }];
      }),
    );
}

function addressOf({ addresses }: Endpoint): string | undefined {
  const [address = ''] = addresses;
  return parseIPv4(address) === undefined ? undefined : address;
}

function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === 'None';
}

function serviceName({ metadata }: Service, domain: string): string {
  return `${metadata.name ?? ''}.${metadata.namespace ?? ''}.svc.${domain}`;
}

function ofType(asked: Asked, type: string, answers: readonly Answer[]): ZoneAnswer {
  return asked.type === type ? { kind: 'found', answers } : empty;
}

/** With the name as it was asked for: whoever mixes upper and lower case wants it back like that. */
function record({ name }: Asked, type: 'A' | 'CNAME' | 'NS' | 'PTR' | 'TXT', data: string): Answer {
  return { type, name, ttl: TTL_SECONDS, data };
}
