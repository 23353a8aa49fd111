import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type InputParts, inputOf } from '../../test/support/confine-inputs.ts';
import { describeOrigin } from '../core/sourced.ts';
import type { Volume, VolumeMount } from '../kube/pod.ts';
import type { ConfinedMount } from './confinement.ts';
import { effectiveContext } from './effective-context.ts';
import { confineMounts } from './mounts.ts';

function mountsOf(parts: InputParts): readonly ConfinedMount[] {
  const input = inputOf(parts);
  return confineMounts(input, effectiveContext(input.pod, input.container));
}

function mountAt(destination: string, parts: InputParts): ConfinedMount {
  const [mount, ...others] = mountsOf(parts).filter((it) => it.destination === destination);
  if (mount === undefined || others.length > 0) throw new Error(`not one mount at ${destination}`);
  return mount;
}

function withMount(source: Omit<Volume, 'name'>, mount: Partial<VolumeMount> = {}): InputParts {
  return {
    spec: {
      volumes: [{ name: 'v', ...source }],
      containers: [{ name: 'app', volumeMounts: [{ name: 'v', mountPath: '/data', ...mount }] }],
    },
  };
}

test('the defaults, parents before children', () => {
  expect(mountsOf({}).map(({ destination }) => destination)).toEqual([
    '/proc',
    '/dev',
    '/sys',
    '/dev/pts',
    '/dev/mqueue',
    '/etc/hostname',
    '/etc/resolv.conf',
    '/dev/shm',
    '/etc/hosts',
    '/dev/termination-log',
    '/sys/fs/cgroup',
  ]);
});

test.each([
  ['/proc', { fsType: 'proc', nosuid: true, nodev: true, noexec: true, readOnly: false }],
  [
    '/dev',
    {
      fsType: 'tmpfs',
      nosuid: true,
      nodev: false,
      noexec: false,
      data: ['strictatime', 'mode=755', 'size=65536k'],
    },
  ],
  [
    '/dev/pts',
    {
      fsType: 'devpts',
      nosuid: true,
      noexec: true,
      data: ['newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
  ],
  ['/dev/mqueue', { fsType: 'mqueue', nosuid: true, nodev: true, noexec: true }],
  ['/sys', { fsType: 'sysfs', readOnly: true, nosuid: true, nodev: true, noexec: true }],
  [
    '/sys/fs/cgroup',
    { fsType: 'cgroup', readOnly: true, nosuid: true, nodev: true, noexec: true, data: ['relatime'] },
  ],
  [
    '/dev/shm',
    {
      fsType: 'bind',
      source: { kind: 'node', file: 'shm' },
      readOnly: false,
      nosuid: true,
      nodev: true,
      noexec: true,
    },
  ],
])('%s', (destination, expected) => {
  expect(mountAt(destination, {})).toMatchObject(expected);
});

test.each(['/sys', '/sys/fs/cgroup'])('%s is writable for a privileged container', (destination) => {
  const parts = { container: { securityContext: { privileged: true } } };
  expect(mountAt(destination, parts).readOnly).toBe(false);
});

describe('a read-only root', () => {
  const parts = { container: { securityContext: { readOnlyRootFilesystem: true } } };
  test.each([
    ['/etc/hostname', true],
    ['/etc/resolv.conf', true],
    ['/etc/hosts', false],
    ['/dev/termination-log', false],
    ['/dev/shm', false],
  ])('%s read-only: %s', (destination, readOnly) => {
    expect(mountAt(destination, parts).readOnly).toBe(readOnly);
  });
});

describe('CRI-O', () => {
  const crio = { platform: { profile: 'cri-o' } } as const;

  // setupBaseContainerMounts of server/container_create.go.
  test.each([
    ['/etc/resolv.conf', true],
    ['/etc/hostname', false],
    ['/run/.containerenv', false],
  ])('takes suid, dev and exec from %s: %s', (destination, taken) => {
    const flags = { nosuid: taken, nodev: taken, noexec: taken };
    expect(mountAt(destination, crio)).toMatchObject(flags);
  });

  test.each([
    [false, true],
    [true, false],
  ])('under a read-only root, privileged %s, its files are read-only: %s', (privileged, readOnly) => {
    const securityContext = { readOnlyRootFilesystem: true, privileged };
    const mount = mountAt('/etc/hostname', { container: { securityContext }, ...crio });
    expect(mount.readOnly).toBe(readOnly);
  });

  test('only it marks its containers with /run/.containerenv', () => {
    expect(mountsOf({}).map(({ destination }) => destination)).not.toContain('/run/.containerenv');
  });
});

test('the termination log follows terminationMessagePath', () => {
  const mount = mountAt('/tmp/end', { container: { terminationMessagePath: '/tmp/end' } });
  expect(mount.source).toEqual({ kind: 'node', file: 'termination-log' });
  expect(describeOrigin(mount.from)).toBe('spec.containers[0].terminationMessagePath');
});

describe('a volume', () => {
  test.each<readonly [string, Omit<Volume, 'name'>, boolean]>([
    ['emptyDir', { emptyDir: {} }, false],
    ['hostPath', { hostPath: { path: '/srv' } }, false],
    ['persistentVolumeClaim', { persistentVolumeClaim: { claimName: 'c' } }, false],
    ['persistentVolumeClaim', { persistentVolumeClaim: { claimName: 'c', readOnly: true } }, true],
    ['configMap', { configMap: { name: 'c' } }, true],
    ['secret', { secret: { secretName: 's' } }, true],
    ['downwardAPI', { downwardAPI: {} }, true],
    ['projected', { projected: {} }, true],
    ['image', { image: { reference: 'example' } }, true],
  ])('of kind %s %j is read-only: %s', (volumeKind, source, readOnly) => {
    const mount = mountAt('/data', withMount(source));
    expect(mount.readOnly).toBe(readOnly);
    expect(mount.source).toEqual({ kind: 'volume', index: 0, volume: 'v', volumeKind });
    expect(describeOrigin(mount.from)).toBe('spec.containers[0].volumeMounts[0]');
  });

  test.each<readonly [Partial<VolumeMount>, Partial<ConfinedMount>]>([
    [{}, { propagation: 'private' }],
    [{ mountPropagation: 'HostToContainer' }, { propagation: 'slave' }],
    [{ mountPropagation: 'Bidirectional' }, { propagation: 'shared' }],
    [{ readOnly: true }, { readOnly: true, recursiveReadOnly: false }],
    [
      { readOnly: true, recursiveReadOnly: 'Enabled' },
      { readOnly: true, recursiveReadOnly: true },
    ],
    [{ readOnly: true, recursiveReadOnly: 'IfPossible' }, { recursiveReadOnly: true }],
    [{ recursiveReadOnly: 'IfPossible' }, { readOnly: false, recursiveReadOnly: false }],
    [{ mountPath: 'data/' }, { destination: '/data' }],
  ])('mounted with %j', (mount, expected) => {
    expect(mountAt('/data', withMount({ emptyDir: {} }, mount))).toMatchObject(expected);
  });

  test('hands on its subPath', () => {
    const { source } = mountAt('/data', withMount({ emptyDir: {} }, { subPathExpr: '$(POD)' }));
    expect(source).toMatchObject({ subPathExpr: '$(POD)' });
  });

  test.each(['/dev/shm', '/etc/hosts', '/etc/resolv.conf', '/sys'])('takes the place of %s', (mountPath) => {
    const mount = mountAt(mountPath, withMount({ emptyDir: {} }, { mountPath }));
    expect(mount.source.kind).toBe('volume');
  });

  test.each([
    ['/dev', 'containerd', ['/dev/shm', '/dev/termination-log']],
    ['/dev', 'cri-o', ['/dev/termination-log']],
    ['/sys', 'containerd', []],
    ['/sys', 'cri-o', []],
    ['/sys/fs', 'containerd', []],
    ['/etc', 'containerd', ['/etc/hostname', '/etc/resolv.conf', '/etc/hosts']],
    ['/etc', 'cri-o', ['/etc/hosts']],
  ] as const)('at %s hides what %s mounts before it; on top come %j', (mountPath, profile, left) => {
    const parts = withMount({ hostPath: { path: mountPath } }, { mountPath });
    const below = mountsOf({ ...parts, platform: { profile } }).filter(({ destination }) =>
      destination.startsWith(`${mountPath}/`),
    );
    expect(below.map(({ destination }) => destination)).toEqual(left);
  });

  test.each(['containerd', 'cri-o'] as const)('of an image can be executed with %s', (profile) => {
    const parts = withMount({ image: { reference: 'example' } });
    expect(mountAt('/data', { ...parts, platform: { profile } })).toMatchObject({
      noexec: false,
      readOnly: true,
    });
  });
});

test('wherever volumes are mounted, no mount comes after one below it', () => {
  const segment = fc.constantFrom('a', 'b', 'dev', 'sys', 'fs');
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 6 }), (paths) => {
      const volumeMounts = paths.map((mountPath) => ({ name: 'v', mountPath }));
      const places = mountsOf({
        spec: { volumes: [{ name: 'v', emptyDir: {} }], containers: [{ name: 'app', volumeMounts }] },
      }).map(({ destination }) => destination);
      expect(new Set(places).size).toBe(places.length);
      for (const [position, place] of places.entries())
        expect(places.slice(0, position).filter((earlier) => earlier.startsWith(`${place}/`))).toEqual([]);
    }),
  );
});
