import { expect, test } from 'vitest';
import { exampleConfinement } from '../../test/support/example-confinement.ts';
import { observationOf } from '../../test/support/observation-of.ts';
import { byDefault, fromManifest } from '../core/sourced.ts';
import { compare } from './compare.ts';
import { unproven } from './unproven.ts';

const plain = exampleConfinement();
const memory = fromManifest('spec', 'containers', 0, 'resources', 'limits', 'memory');
const expected = {
  ...plain,
  appArmor: { value: { mode: 'label' as const, label: 'web' }, from: byDefault('runtime') },
  resources: { ...plain.resources, memoryLimitBytes: { value: 4096, from: memory } },
};
const seen = observationOf(expected);

test('a machine that shows everything leaves nothing unproven', () => {
  expect(unproven(expected, seen)).toEqual([]);
});

test('what has no fact has a warning', () => {
  const poor = {
    ...seen,
    appArmor: { mode: 'none' as const },
    sysctls: {},
    cgroup: { ...seen.cgroup, memoryLimit: undefined },
  };
  const findings = unproven(expected, poor);
  expect(findings.map(({ message }) => message)).toEqual([
    'the AppArmor label cannot be proven on this machine: its kernel has no AppArmor',
    'the memory limit cannot be proven on this machine: the container has no memory cgroup',
    'sysctl net.ipv4.ip_unprivileged_port_start cannot be proven on this machine: its kernel does not show it',
    'sysctl net.ipv4.ping_group_range cannot be proven on this machine: its kernel does not show it',
  ]);
  expect(findings[1]).toMatchObject({
    code: 'not-proven',
    path: memory.kind === 'manifest' ? memory.path : [],
  });
  const fields = compare(expected, poor).facts.map(({ field }) => field);
  expect(fields.filter((field) => /appArmor|sysctls|resources.memory/.test(field))).toEqual([]);
});

test('a user that only the layers of the image know is said to be unproven', () => {
  const unknown = { ...plain, user: { ...plain.user, value: { ...plain.user.value, uid: null, gid: null } } };
  expect(unproven(unknown, seen).map(({ message }) => message)).toEqual([
    "the user cannot be proven on this machine: the image's accounts are not known",
    "the group cannot be proven on this machine: the image's accounts are not known",
  ]);
  const fields = compare(unknown, seen).facts.map(({ field }) => field);
  expect(fields.filter((field) => field.startsWith('user.'))).toEqual([]);
});
