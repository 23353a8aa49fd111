import { expect, it } from 'vitest';
import { buildHosts, type HostsFile } from './hosts.ts';

const file: HostsFile = {
  podIPs: ['10.0.0.2'],
  hostname: 'web',
  fullName: undefined,
  aliases: [],
  nodeHosts: undefined,
};
const head =
  '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n' +
  'fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n';

it("has the pod's own address behind the local ones", () => {
  expect(buildHosts(file)).toBe(`${head}10.0.0.2\tweb\n`);
});

it('has the full name first when there is a subdomain', () => {
  expect(buildHosts({ ...file, fullName: 'web.sub.ns.svc.cluster.local' })).toBe(
    `${head}10.0.0.2\tweb.sub.ns.svc.cluster.local\tweb\n`,
  );
});

it('without a network has the local ones alone', () => {
  expect(buildHosts({ ...file, podIPs: [] })).toBe(head);
});

it('ends with the aliases', () => {
  expect(buildHosts({ ...file, aliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }] })).toBe(
    `${head}10.0.0.2\tweb\n\n# Entries added by HostAliases.\n1.2.3.4\ta\tb\n`,
  );
});

it("of a pod in the host network is the node's, under its own heading", () => {
  expect(buildHosts({ ...file, nodeHosts: '127.0.0.1 localhost\n' })).toBe(
    '# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n',
  );
});
