import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../kube/pod.ts';
import { buildResolvConf, type ClusterDns } from './resolv-conf.ts';

const node = '# comment\nnameserver 9.9.9.9\nsearch example.org\noptions edns0\n';
const cluster: ClusterDns = { nameservers: ['10.96.0.10'], domain: 'cluster.local' };

function build(spec: Partial<PodSpec>, clusterDns?: ClusterDns): string {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'ns' },
    spec: { containers: [], ...spec },
  };
  return buildResolvConf(pod, node, clusterDns);
}

const ofNode = 'search example.org\nnameserver 9.9.9.9\noptions edns0\n';
const ofCluster =
  'search ns.svc.cluster.local svc.cluster.local cluster.local example.org\nnameserver 10.96.0.10\noptions ndots:5\n';

describe('dnsPolicy', () => {
  it.each([
    [{}, undefined, ofNode],
    [{}, cluster, ofCluster],
    [{ dnsPolicy: 'Default' }, cluster, ofNode],
    [{ hostNetwork: true }, cluster, ofNode],
    [{ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }, cluster, ofCluster],
    [{ dnsPolicy: 'None' }, cluster, ''],
  ] as const)('%j', (spec, clusterDns, text) => {
    expect(build(spec, clusterDns)).toBe(text);
  });
});

it('dnsConfig is added, its options replace those of the same name', () => {
  const dnsConfig = {
    nameservers: ['1.1.1.1', '10.96.0.10'],
    searches: ['more'],
    options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
  };
  expect(build({ dnsPolicy: 'None', dnsConfig })).toBe(
    'search more\nnameserver 1.1.1.1\nnameserver 10.96.0.10\noptions ndots:2 edns0\n',
  );
  expect(build({ dnsConfig }, cluster)).toContain('options ndots:2 edns0\n');
});

it('keeps three name servers and 32 search paths', () => {
  const dnsConfig = {
    nameservers: ['1', '2', '3', '4'],
    searches: Array.from({ length: 40 }, (_, i) => `s${i}`),
  };
  const text = build({ dnsPolicy: 'None', dnsConfig });
  expect(text.match(/^nameserver/gm)).toHaveLength(3);
  expect(text.split('\n')[0]?.split(' ')).toHaveLength(33);
});

const searchesOf = (searches: readonly string[]) =>
  build({ dnsPolicy: 'None', dnsConfig: { searches } }).trim().split(' ').slice(1);

// formDNSSearchFitsLimits and parseResolvConf of kubelet/network/dns/dns.go.
describe('searches', () => {
  it('of more than 253 characters are left out', () => {
    expect(searchesOf(['a', 'b'.repeat(254), 'c'])).toEqual(['a', 'c']);
  });

  it('of more than 2048 characters together lose their last ones', () => {
    const long = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(250));
    expect(searchesOf([...long, 'short'])).toEqual(long.slice(0, 8));
  });
});

it("the node's file: the last search line without final dots, the options of all lines", () => {
  const text = 'search old\noptions edns0 ndots:1\nsearch a.example. .\noptions ndots:3\n';
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [] } };
  expect(buildResolvConf(pod, text, undefined)).toBe('search a.example\noptions edns0 ndots:3\n');
});
