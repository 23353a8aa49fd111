import type { Pod } from '../kube/pod.ts';

/** The cluster's own name server; a node without one gives its pods the node's. */
export interface ClusterDns {
  readonly nameservers: readonly string[];
  readonly domain: string;
}

interface Resolver {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** The kubelet's limits on what it writes. */
const limits = { nameservers: 3, searches: 32, searchCharacters: 2048, nameCharacters: 253 } as const;

/** The pod's /etc/resolv.conf by its `dnsPolicy` and `dnsConfig`. */
export function buildResolvConf(pod: Pod, nodeText: string, clusterDns: ClusterDns | undefined): string {
  const resolver = addDnsConfig(byPolicy(pod, parseResolvConf(nodeText), clusterDns), pod);
  const nameservers = resolver.nameservers.slice(0, limits.nameservers);
  const searches = limitSearches(resolver.searches);
  return [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}\n`] : []),
    ...nameservers.map((nameserver) => `nameserver ${nameserver}\n`),
    ...(resolver.options.length > 0 ? [`options ${resolver.options.join(' ')}\n`] : []),
  ].join('');
}

function byPolicy(pod: Pod, node: Resolver, clusterDns: ClusterDns | undefined): Resolver {
  const { dnsPolicy = 'ClusterFirst', hostNetwork = false } = pod.spec;
  if (dnsPolicy === 'None') return { nameservers: [], searches: [], options: [] };
  const wantsCluster =
    dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  if (!wantsCluster || clusterDns === undefined) return node;
  const { domain, nameservers } = clusterDns;
  const namespace = pod.metadata.namespace ?? 'default';
  return {
    nameservers,
    searches: unique([`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...node.searches]),
    options: ['ndots:5'],
  };
}

function addDnsConfig(resolver: Resolver, pod: Pod): Resolver {
  const config = pod.spec.dnsConfig;
  if (config === undefined) return resolver;
  const options = new Map(resolver.options.map((option) => [nameOfOption(option), option]));
  for (const { name = '', value } of config.options ?? [])
    options.set(name, value === undefined || value === '' ? name : `${name}:${value}`);
  return {
    nameservers: unique([...resolver.nameservers, ...(config.nameservers ?? [])]),
    searches: unique([...resolver.searches, ...(config.searches ?? [])]),
    options: [...options.values()],
  };
}

/** Of name servers all count, of searches the last line, of options every name with its last value. */
function parseResolvConf(text: string): Resolver {
  const nameservers: string[] = [];
  let searches: readonly string[] = [];
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && words[0] !== undefined) nameservers.push(words[0]);
    else if (keyword === 'search')
      searches = words.filter((word) => word !== '.').map((word) => word.replace(/\.$/, ''));
    else if (keyword === 'options') for (const option of words) options.set(nameOfOption(option), option);
  }
  return { nameservers, searches, options: [...options.values()] };
}

function nameOfOption(option: string): string {
  return option.split(':', 1)[0] ?? '';
}

/** Some resolvers abort on a name that is too long; of too many the last are left out (`kubelet/network/dns`). */
function limitSearches(searches: readonly string[]): readonly string[] {
  const kept = searches.slice(0, limits.searches).filter((search) => search.length <= limits.nameCharacters);
  while (kept.join(' ').length > limits.searchCharacters) kept.pop();
  return kept;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
