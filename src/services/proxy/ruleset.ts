import type { Protocol, ServiceRoute } from './backends.ts';

/** What the rules must know of a root's network. */
export interface ProxyNetwork {
  /** Of the root's own; no other root has one of that name. */
  readonly table: string;
  readonly bridge: string;
  /** The pods' addresses. */
  readonly subnet: string;
  readonly serviceCidr: string;
}

/**
 * The text for nft that replaces a root's table: whatever it was before, in one step. Services are looked up in maps, so
 * that a packet costs the same with one service and with a thousand.
 *
 * - `nat` at priority -110 and 90: before the iptables rules that map host ports and hide the pods' addresses. Of two
 *   that would translate a connection the first one does.
 * - Pods on one bridge answer each other directly, and would answer with their own address what was asked of a
 *   service: such connections get the bridge's address as their source, and so do those of a pod to itself.
 * - What is left of packets to a service's address found no backend: it is refused.
 */
export function buildRuleset(routes: readonly ServiceRoute[], network: ProxyNetwork): string {
  const { table, bridge, subnet, serviceCidr } = network;
  const reachable = routes.map((route, index) => ({ route, chain: `service-${index}` }));
  const withBackends = reachable.filter(({ route }) => route.backends.length > 0);
  const nodePorts = withBackends.filter(({ route }) => route.nodePort !== undefined);
  return [
    `table ip ${table}`,
    `delete table ip ${table}`,
    `table ip ${table} {`,
    ...mapOf(
      'cluster-ips',
      'ipv4_addr . inet_proto . inet_service',
      withBackends.map(({ route, chain }) => [
        `${route.clusterIP} . ${route.protocol} . ${route.port}`,
        `goto ${chain}`,
      ]),
    ),
    ...mapOf(
      'node-ports',
      'inet_proto . inet_service',
      nodePorts.map(({ route, chain }) => [`${route.protocol} . ${route.nodePort}`, `goto ${chain}`]),
    ),
    ...withBackends.flatMap(({ route, chain }) => serviceChain(chain, route)),
    // A bridge that lets loopback addresses through does so for answers only.
    ...chain('guard', 'type filter hook prerouting priority -310', [
      `iifname "${bridge}" ip daddr 127.0.0.0/8 drop`,
      `iifname "${bridge}" ip saddr 127.0.0.0/8 drop`,
    ]),
    ...chain('prerouting', 'type nat hook prerouting priority -110', [
      `iifname "${bridge}" ip daddr . meta l4proto . th dport vmap @cluster-ips`,
      `fib daddr type local ip daddr != ${serviceCidr} meta l4proto . th dport vmap @node-ports`,
    ]),
    ...chain('output', 'type nat hook output priority -110', [
      'ip daddr . meta l4proto . th dport vmap @cluster-ips',
      `fib daddr type local ip daddr != ${serviceCidr} meta l4proto . th dport vmap @node-ports`,
    ]),
    ...chain('postrouting', 'type nat hook postrouting priority 90', [
      `ip saddr ${subnet} ip daddr ${subnet} ct status dnat masquerade`,
      `ip saddr 127.0.0.0/8 oifname "${bridge}" ct status dnat masquerade`,
    ]),
    ...chain('input', 'type filter hook input priority -10', [
      `ip daddr ${serviceCidr} iifname != { "lo", "${bridge}" } drop`,
    ]),
    ...chain('forward', 'type filter hook forward priority -10', refusals(serviceCidr)),
    ...chain('refuse', 'type filter hook output priority -10', [
      'oifname "lo" accept',
      ...refusals(serviceCidr),
    ]),
    '}',
    '',
  ].join('\n');
}

/** The protocols that the maps name, each of which the kernel must be told when it translates to a port. */
function serviceChain(
  name: string,
  { protocol, affinity, backends, ...route }: ServiceRoute,
): readonly string[] {
  const [only] = backends;
  const choice = affinity ? 'jhash ip saddr' : 'numgen random';
  const target =
    backends.length === 1 && only !== undefined
      ? `${only.address}:${only.port}`
      : `${choice} mod ${backends.length} map { ${backends.map(({ address, port }, index) => `${index} : ${address} . ${port}`).join(', ')} }`;
  return [`  chain ${name} {`, `    ${dnat(protocol, target)}${commentOf(route.name)}`, '  }'];
}

function dnat(protocol: Protocol, target: string): string {
  return `meta l4proto ${protocol} dnat ip to ${target}`;
}

/** Names are checked by the API; what is no name is not written down. nft takes 128 characters. */
function commentOf(name: string): string {
  return /^[a-z0-9./:-]{1,120}$/.test(name) ? ` comment "${name}"` : '';
}

function refusals(serviceCidr: string): readonly string[] {
  return [`ip daddr ${serviceCidr} meta l4proto tcp reject with tcp reset`, `ip daddr ${serviceCidr} reject`];
}

function chain(name: string, hook: string, rules: readonly string[]): readonly string[] {
  return [`  chain ${name} {`, `    ${hook}; policy accept;`, ...rules.map((rule) => `    ${rule}`), '  }'];
}

/** Two services may not have the same key: the first one has it. */
function mapOf(
  name: string,
  type: string,
  elements: readonly (readonly [key: string, verdict: string])[],
): readonly string[] {
  const unique = new Map<string, string>();
  for (const [key, verdict] of elements) if (!unique.has(key)) unique.set(key, verdict);
  return [
    `  map ${name} {`,
    `    type ${type} : verdict`,
    ...(unique.size === 0
      ? []
      : [`    elements = { ${[...unique].map(([key, verdict]) => `${key} : ${verdict}`).join(', ')} }`]),
    '  }',
  ];
}
