import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import type { PodSpec } from '../../kube/pod.ts';
import { sysctls } from './sysctls.ts';

const setting = (...names: readonly string[]): Partial<PodSpec> => ({
  securityContext: { sysctls: names.map((name) => ({ name, value: '1' })) },
});

test('forbidden names are told in their order', () => {
  expect(verdictOf(sysctls, 'v1.0', setting('b', 'net.ipv4.tcp_syncookies', 'a'))).toEqual({
    text: 'forbidden sysctls (b, a)',
    fields: ['spec.securityContext.sysctls[0].name', 'spec.securityContext.sysctls[2].name'],
  });
});

test.each([
  ['net.ipv4.ip_local_reserved_ports', 'v1.26', 'v1.27'],
  ['net.ipv4.tcp_keepalive_probes', 'v1.28', 'v1.29'],
  ['net.ipv4.tcp_wmem', 'v1.31', 'v1.32'],
  ['net.ipv4.tcp_notsent_lowat', 'v1.36', 'v1.37'],
] as const)('%s is forbidden at %s, allowed at %s and ever after', (name, before, since) => {
  expect(verdictOf(sysctls, before, setting(name))).toMatchObject({ text: `forbidden sysctls (${name})` });
  expect(verdictOf(sysctls, since, setting(name))).toBe('allowed');
  expect(verdictOf(sysctls, 'latest', setting(name))).toBe('allowed');
});
