import { expect, test } from 'vitest';
import { parseMountInfo } from './mount-info.ts';

test('a mount with propagation fields is read', () => {
  const line = '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue\n';
  expect(parseMountInfo(line)).toEqual([
    {
      id: 36,
      parentId: 35,
      device: '98:0',
      root: '/mnt1',
      mountPoint: '/mnt2',
      options: ['rw', 'noatime'],
      propagation: ['master:1', 'shared:7'],
      fsType: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
    },
  ]);
});

test('a private mount has no propagation fields', () => {
  expect(parseMountInfo('1 0 0:1 / / rw - tmpfs none rw')[0]?.propagation).toEqual([]);
});

test('escaped characters of a mount point are the characters themselves', () => {
  const [mount] = parseMountInfo(
    '1 0 0:1 /a\\134b /with\\040blank\\011tab\\012line\\043hash rw - tmpfs none rw',
  );
  expect(mount?.mountPoint).toBe('/with blank\ttab\nline#hash');
  expect(mount?.root).toBe('/a\\b');
});

test('an escaped backslash before digits is not taken for an escape', () => {
  expect(parseMountInfo('1 0 0:1 / /x\\134040 rw - tmpfs none rw')[0]?.mountPoint).toBe('/x\\040');
});
