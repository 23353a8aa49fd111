import { expect, test } from 'vitest';
import { inputOf } from '../../test/support/confine-inputs.ts';
import type { PodSpec } from '../kube/pod.ts';
import type { Profile } from './confinement.ts';
import { confineSysctls, normalizeSysctlName } from './sysctls.ts';

const ports = 'net.ipv4.ip_unprivileged_port_start';
const ping = 'net.ipv4.ping_group_range';

test.each<readonly [string, Profile, Partial<PodSpec>, Readonly<Record<string, string>>]>([
  ['containerd opens low ports and ping', 'containerd', {}, { [ports]: '0', [ping]: '0 2147483647' }],
  ['not ping in a user namespace', 'containerd', { hostUsers: false }, { [ports]: '0' }],
  ['nothing in the host’s network', 'containerd', { hostNetwork: true }, {}],
  ['CRI-O sets nothing', 'cri-o', {}, {}],
  [
    'the pod’s own wins',
    'containerd',
    { securityContext: { sysctls: [{ name: ports, value: '1024' }] } },
    { [ports]: '1024', [ping]: '0 2147483647' },
  ],
  [
    'names with slashes are the same names',
    'cri-o',
    { securityContext: { sysctls: [{ name: 'net/ipv4/tcp_syncookies', value: '1' }] } },
    { 'net.ipv4.tcp_syncookies': '1' },
  ],
])('%s', (_, profile, spec, expected) => {
  const { pod, platform } = inputOf({ spec, platform: { profile } });
  const sysctls = confineSysctls(pod, platform).map(({ name, value }) => [name, value.value]);
  expect(Object.fromEntries(sysctls)).toEqual(expected);
});

test.each([
  ['kernel.shm_rmid_forced', 'kernel.shm_rmid_forced'],
  ['net/ipv4/conf/eth0.100/forwarding', 'net.ipv4.conf.eth0/100.forwarding'],
  ['net.ipv4.conf.eth0/100.forwarding', 'net.ipv4.conf.eth0/100.forwarding'],
])('%s is %s', (written, normal) => {
  expect(normalizeSysctlName(written)).toBe(normal);
});
