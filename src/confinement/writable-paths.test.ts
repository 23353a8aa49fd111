import { expect, test } from 'vitest';
import { type InputParts, inputOf } from '../../test/support/confine-inputs.ts';
import { confine } from './confine.ts';
import { writablePaths } from './writable-paths.ts';

function placesOf(parts: InputParts) {
  return Object.fromEntries(
    writablePaths(confine(inputOf(parts)).confinement).map(({ path, what }) => [path, what]),
  );
}

test('a user with a read-only root writes to its volumes, shared memory and its last message', () => {
  const volumeMounts = [
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'conf', mountPath: '/etc/app' },
  ];
  expect(
    placesOf({
      spec: {
        securityContext: { runAsUser: 1000 },
        volumes: [
          { name: 'tmp', emptyDir: {} },
          { name: 'conf', configMap: { name: 'c' } },
        ],
        containers: [{ name: 'app', volumeMounts, securityContext: { readOnlyRootFilesystem: true } }],
      },
    }),
  ).toEqual({
    '/dev/mqueue': 'message queues',
    '/dev/shm': 'shared memory',
    '/dev/termination-log': 'termination message',
    '/tmp': 'emptyDir',
  });
});

test('root writes to the root file system and the files of the pod', () => {
  expect(placesOf({})).toMatchObject({
    '/': 'root file system',
    '/dev': 'tmpfs',
    '/etc/hosts': 'file of the pod',
  });
});

test('a privileged root writes to the kernel, also with a read-only root', () => {
  const places = placesOf({
    container: { securityContext: { privileged: true, readOnlyRootFilesystem: true } },
  });
  expect(places).toMatchObject({
    '/proc/sys': 'settings of the kernel',
    '/sys': 'settings of the host kernel',
  });
  expect(places).not.toHaveProperty('/');
});

test('not privileged, /proc/sys is closed', () => {
  expect(placesOf({})).not.toHaveProperty('/proc/sys');
});

test('on cgroup version 1 root writes to the tmpfs that holds the control groups', () => {
  const container = { securityContext: { readOnlyRootFilesystem: true } };
  const version1 = { cgroupVersion: 1 } as const;
  expect(placesOf({ container, platform: version1 })).toMatchObject({
    '/sys/fs/cgroup': 'tmpfs that holds the control groups',
  });
  expect(placesOf({ container })).not.toHaveProperty('/sys/fs/cgroup');
  const user = { securityContext: { ...container.securityContext, runAsUser: 1000 } };
  expect(placesOf({ container: user, platform: version1 })).not.toHaveProperty('/sys/fs/cgroup');
});
