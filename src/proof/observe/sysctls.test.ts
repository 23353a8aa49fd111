import { expect, test } from 'vitest';
import { sysctlPath } from './sysctls.ts';

test.each([
  ['kernel.shm_rmid_forced', '/proc/sys/kernel/shm_rmid_forced'],
  ['net.ipv4.conf.eth0/100.forwarding', '/proc/sys/net/ipv4/conf/eth0.100/forwarding'],
  ['..', '/proc/sys/invalid name'],
  ['a.//.b', '/proc/sys/invalid name'],
  ['net.//.//.//.etc.passwd', '/proc/sys/invalid name'],
])('sysctl %s lies at %s, never outside', (name, path) => {
  expect(sysctlPath(name)).toBe(path);
});
