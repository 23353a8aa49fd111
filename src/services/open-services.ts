import { PodproofError } from '../core/errors.ts';
import type { ObjectApi } from '../kube/object-api.ts';
import type { RootLayout } from '../runtime/layout.ts';
import { applyRuleset } from '../runtime/nftables.ts';
import type { NetworkSettings } from '../runtime/node-network.ts';
import {
  raiseServicesInterface,
  removeServices,
  servicesTable,
  setRouteLocalnet,
} from '../runtime/services-network.ts';
import { forwardTo } from './dns/forward.ts';
import { serveDns } from './dns/serve-dns.ts';
import { hostUpstreams } from './dns/upstreams.ts';
import type { ZoneSource } from './dns/zone.ts';
import { formatIPv4, type Ipv4Range, isInRange, parseIPv4, parseRange } from './ipv4.ts';
import { type Applied, applyOnChange } from './proxy/apply-on-change.ts';
import { serviceRoutes } from './proxy/backends.ts';
import { buildRuleset } from './proxy/ruleset.ts';
import { relay } from './relay.ts';
import { type ServiceCatalog, watchCatalog } from './service-catalog.ts';
import { serviceEnv } from './service-env.ts';

export interface ServicesOptions {
  readonly api: Pick<ObjectApi, 'get' | 'list' | 'watch'>;
  readonly settings: { readonly serviceCidr: string; readonly clusterDomain: string };
  readonly layout: RootLayout;
  readonly network: NetworkSettings;
  /** Where the API listens, for pods that ask for `kubernetes.default`. Undefined: they do not reach it. */
  readonly apiServer?: { readonly host: string; readonly port: number };
  /** Rules that could not be applied; they are tried again. */
  readonly onProblem: (error: unknown) => void;
}

export interface Services {
  /** For the pods' /etc/resolv.conf. */
  readonly dns: { readonly nameservers: readonly string[]; readonly domain: string };
  /** The variables that tell of the services of a namespace. */
  readonly serviceEnv: (namespace: string) => ReadonlyMap<string, string>;
  /** Resolves when the rules are those of the services as they were at the call. */
  settled(): Promise<void>;
  /** Takes away all that services have on the host. */
  close(): Promise<void>;
}

/**
 * Carries out the services of a root: rules that lead their addresses to pods, and a name server for pods.
 *
 *     watch -> catalog -> routes -> rules -> nft          traffic
 *                 \-----> zone   -> DNS, forwarded else   names
 *
 * What a node that was killed left behind is replaced.
 */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { api, settings, layout, network, apiServer } = options;
  const own = nodeAddresses(settings.serviceCidr);
  const ranges = [rangeOf(network.subnet), own.range];
  const isClient = (address: string): boolean => isClientOf(address, ranges);
  const cleanUp: (() => void | Promise<void>)[] = [() => removeServices(layout)];
  const close = async (): Promise<void> => {
    for (const step of cleanUp.splice(0).toReversed()) await step();
  };
  try {
    raiseServicesInterface(layout, [own.dns, own.api], own.range.prefixLength);
    let proxy: Applied | undefined;
    const catalog = watchCatalog(api, () => proxy?.changed());
    cleanUp.push(() => catalog.close());
    proxy = await openProxy(options, catalog, new Set([own.dns, own.api]));
    cleanUp.push(() => proxy?.close());
    const zone = zoneOf(api, catalog, settings.clusterDomain, { address: own.dns, ranges });
    const forward = forwardTo(hostUpstreams(own.dns));
    const dns = await serveDns({ address: own.dns, port: 53, zone, forward, isClient });
    cleanUp.push(() => dns.close());
    if (apiServer !== undefined) {
      const door = await relay({ address: own.api, port: 443, target: apiServer, isClient });
      cleanUp.push(() => door.close());
    }
    return {
      dns: { nameservers: [own.dns], domain: settings.clusterDomain },
      serviceEnv: (namespace) => serviceEnv(catalog, namespace),
      settled: async () => proxy?.settled(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Throws when the first rules cannot be applied; later ones are tried again. */
async function openProxy(
  { layout, network, settings, onProblem }: ServicesOptions,
  catalog: ServiceCatalog,
  own: ReadonlySet<string>,
): Promise<Applied> {
  let isOpened = false;
  const build = (): string => {
    const routes = serviceRoutes(catalog, own);
    // The bridge comes and goes with the pods, and with it what was set of it.
    const hasNodePorts = routes.some(
      ({ nodePort, backends }) => nodePort !== undefined && backends.length > 0,
    );
    if (hasNodePorts && setRouteLocalnet(network.bridge, '1')) isOpened = true;
    const { serviceCidr } = settings;
    return buildRuleset(routes, { ...network, table: servicesTable(layout), serviceCidr });
  };
  const first = build();
  await applyRuleset(first);
  const applied = applyOnChange({ build, apply: applyRuleset, onProblem, applied: first });
  // What came while the first rules were applied.
  applied.changed();
  return {
    ...applied,
    close: async () => {
      await applied.close();
      if (isOpened) setRouteLocalnet(network.bridge, '0');
    },
  };
}

function zoneOf(
  api: ServicesOptions['api'],
  catalog: ServiceCatalog,
  domain: string,
  place: Pick<ZoneSource, 'address' | 'ranges'>,
): ZoneSource {
  return {
    catalog,
    domain,
    ...place,
    hasNamespace: (namespace) => api.get('Namespace', '', namespace) !== undefined,
    hasPod: (namespace, address) =>
      api.list('Pod', namespace).some(({ status }) => status?.podIP === address),
  };
}

/** The first address of the services is the API's, the tenth the name server's. */
function nodeAddresses(serviceCidr: string): {
  readonly range: Ipv4Range;
  readonly api: string;
  readonly dns: string;
} {
  const range = rangeOf(serviceCidr);
  return { range, api: formatIPv4(range.first + 1), dns: formatIPv4(range.first + 10) };
}

function rangeOf(cidr: string): Ipv4Range {
  const range = parseRange(cidr);
  if (range !== undefined && range.prefixLength <= 28) return range;
  throw new PodproofError(
    'invalid',
    `cannot use "${cidr}" for pods or services: it must be an IPv4 range of 16 addresses or more`,
  );
}

/** Pods of this root, and the host itself. */
function isClientOf(address: string, ranges: readonly Ipv4Range[]): boolean {
  const number = parseIPv4(address);
  return number !== undefined && [...ranges, loopback].some((range) => isInRange(number, range));
}

const loopback: Ipv4Range = { first: 127 * 2 ** 24, prefixLength: 8 };
