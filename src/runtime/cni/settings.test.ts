import { expect, test } from 'vitest';
import { rootLayout } from '../layout.ts';
import { chooseNetwork, parseRoutes, serviceCidrFor } from './settings.ts';

const routes = [
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
  'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
  'br0\t0000550A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
].join('\n');

test('the default root takes the first subnet that no route of the host touches', () => {
  expect(chooseNetwork(rootLayout(undefined), [])).toEqual({ bridge: 'podproof0', subnet: '10.85.0.0/24' });
  expect(chooseNetwork(rootLayout(undefined), parseRoutes(routes)).subnet).toBe('10.86.0.0/24');
});

function within(address: number, mask: number): string {
  return chooseNetwork(rootLayout(undefined), [{ address, mask }]).subnet;
}

test('a wider and a narrower route of the host both rule a subnet out', () => {
  expect(within(0x0a000000, 0xffc00000)).toBe('10.85.0.0/24');
  expect(within(0x0a550000, 0xfffffff0)).toBe('10.85.1.0/24');
  expect(within(0x0a550000, 0xffff0000)).toBe('10.86.0.0/24');
});

test('another root has a bridge and a subnet of its own', () => {
  const one = chooseNetwork(rootLayout('/one'), []);
  const two = chooseNetwork(rootLayout('/two'), []);
  expect(one.bridge).not.toBe(two.bridge);
  expect(one.subnet).not.toBe(two.subnet);
  expect(one.bridge.length).toBeLessThanOrEqual(15);
});

test("services have addresses of their own, which follow the pods' and touch no route of the host", () => {
  const one = chooseNetwork(rootLayout('/one'), []);
  const two = chooseNetwork(rootLayout('/two'), []);
  expect(serviceCidrFor(one, [])).not.toBe(serviceCidrFor(two, []));
  expect(serviceCidrFor({ bridge: 'b', subnet: '10.85.0.0/24' }, [])).toBe('10.160.0.0/22');
  expect(serviceCidrFor({ bridge: 'b', subnet: '10.148.255.0/24' }, [])).toBe('10.223.252.0/22');
  const taken = [{ address: 0x0aa00200, mask: 0xffffff00 }];
  expect(serviceCidrFor({ bridge: 'b', subnet: '10.85.0.0/24' }, taken)).toBe('10.160.4.0/22');
  expect(serviceCidrFor({ bridge: 'b', subnet: '192.168.7.0/24' }, [])).toMatch(/^10\.\d+\.\d+\.0\/22$/);
});
