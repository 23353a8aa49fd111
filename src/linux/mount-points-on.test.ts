import { expect, test } from 'vitest';
import { parseMountInfo } from './mount-info.ts';
import { mountPointsOn } from './mount-points-on.ts';

const line = (id: number, parent: number, device: string, root: string, place: string): string =>
  `${id} ${parent} ${device} ${root} ${place} rw,relatime - ext4 /dev/x rw`;

test('a directory is found under its own path and wherever it is mounted again', () => {
  const mounts = parseMountInfo(
    [
      line(1, 0, '8:1', '/', '/'),
      line(2, 1, '0:5', '/', '/proc'),
      // A pod's private mount, and a file system in it.
      line(3, 1, '8:1', '/r/pods/a/mounts', '/r/pods/a/mounts'),
      line(4, 3, '0:9', '/', '/r/pods/a/mounts/shm'),
      // Another pod that mounts /r of the host, with all that was mounted there.
      line(5, 1, '8:1', '/r/pods/b/mounts', '/r/pods/b/mounts'),
      line(6, 5, '8:1', '/r', '/r/pods/b/mounts/volumes/0'),
      line(7, 6, '8:1', '/r/pods/a/mounts', '/r/pods/b/mounts/volumes/0/pods/a/mounts'),
      line(8, 7, '0:9', '/', '/r/pods/b/mounts/volumes/0/pods/a/mounts/shm'),
      // The same path on another file system is another directory.
      line(9, 5, '8:2', '/', '/r/pods/b/mounts/volumes/1'),
      line(10, 9, '0:9', '/', '/r/pods/b/mounts/volumes/1/r/pods/a/x'),
      line(11, 1, '0:7', '/', '/r/pods/ab'),
    ].join('\n'),
  );
  expect(mountPointsOn('/r/pods/a', mounts)).toEqual([
    '/r/pods/a/mounts',
    '/r/pods/a/mounts/shm',
    '/r/pods/b/mounts/volumes/0/pods/a/mounts',
    '/r/pods/b/mounts/volumes/0/pods/a/mounts/shm',
  ]);
  expect(mountPointsOn('/r/pods/a/mounts/shm', mounts)).toEqual([
    '/r/pods/a/mounts/shm',
    '/r/pods/b/mounts/volumes/0/pods/a/mounts/shm',
  ]);
});
