import { array, assert, boolean, constantFrom, nat, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleConfinement } from '../../test/support/example-confinement.ts';
import { four, observationOf, observedMount } from '../../test/support/observation-of.ts';
import { CAPABILITIES } from '../confinement/capability.ts';
import type { ConfinedMount, Confinement } from '../confinement/confinement.ts';
import { byDefault, fromManifest } from '../core/sourced.ts';
import { compare } from './compare.ts';
import type { ProofContext } from './fact.ts';
import type { Observation } from './observation.ts';

const strict = exampleConfinement(
  {
    runAsUser: 1654,
    runAsGroup: 1654,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
  { hostUsers: false },
);
const rootful = exampleConfinement({});

/** The fields whose facts fail. */
function failing(
  expected: Confinement,
  observed: Observation,
  context: ProofContext = {},
): readonly string[] {
  return compare(expected, observed, context)
    .facts.filter(({ holds }) => !holds)
    .map(({ field }) => field);
}

function withMap(outsideId: number, size = 65_536): Partial<Observation> {
  const range = { insideId: 0, outsideId, size };
  return { userNamespace: { uidMap: [range], gidMap: [range], setgroups: 'allow' } };
}

const lineOf: ProofContext['lineOf'] = (origin) =>
  origin.kind === 'manifest' && origin.path.at(-1) === 'runAsUser' ? 12 : undefined;

const limit = (type: string, soft: number) => ({ type, soft, hard: 4096 });

describe('a kernel that did as it was told', () => {
  test('holds for every security context', () => {
    const capability = constantFrom(...CAPABILITIES);
    const context = record(
      {
        runAsUser: nat(100_000),
        runAsGroup: nat(65_535),
        privileged: boolean(),
        allowPrivilegeEscalation: boolean(),
        readOnlyRootFilesystem: boolean(),
        capabilities: record(
          { add: array(capability, { maxLength: 4 }), drop: array(capability, { maxLength: 4 }) },
          { requiredKeys: [] },
        ),
        seccompProfile: constantFrom({ type: 'RuntimeDefault' as const }, { type: 'Unconfined' as const }),
      },
      { requiredKeys: [] },
    );
    const pod = record(
      {
        hostUsers: boolean(),
        hostNetwork: boolean(),
        hostPID: boolean(),
        hostIPC: boolean(),
        shareProcessNamespace: boolean(),
      },
      { requiredKeys: [] },
    );
    assert(
      property(context, pod, (securityContext, spec) => {
        const expected = exampleConfinement(securityContext, spec);
        expect(failing(expected, observationOf(expected))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('every fact names its origin and the file that was read', () => {
    const { holds, facts } = compare(strict, observationOf(strict));
    expect(holds).toBe(true);
    expect(facts.length).toBeGreaterThan(25);
    expect(facts.find(({ field }) => field === 'user.uid')).toEqual({
      field: 'user.uid',
      expected: 1654,
      observed: 1654,
      holds: true,
      from: 'spec.containers[0].securityContext.runAsUser',
      source: '/proc/4711/status Uid',
    });
    expect(facts.every(({ from, source }) => from !== '' && source !== '')).toBe(true);
    expect(new Set(facts.map(({ field }) => field)).size).toBe(facts.length);
  });

  test("a fact has the manifest's line when the manifest said it", () => {
    const facts = compare(strict, observationOf(strict), { lineOf }).facts;
    expect(facts.find(({ field }) => field === 'user.uid')?.line).toBe(12);
    expect(facts.find(({ field }) => field === 'oomScoreAdj')).not.toHaveProperty('line');
  });
});

describe('one thing wrong in the kernel is exactly one fact that fails', () => {
  const seen = observationOf(strict);
  const inside = seen.user.inside;
  const tmp: ConfinedMount = {
    destination: '/tmp',
    source: { kind: 'volume', index: 0, volume: 'tmp', volumeKind: 'emptyDir' },
    fsType: 'bind',
    readOnly: false,
    recursiveReadOnly: false,
    nosuid: true,
    nodev: false,
    noexec: false,
    propagation: 'private',
    data: [],
    from: fromManifest('spec', 'containers', 0, 'volumeMounts', 0),
  };
  const withUser = (change: Partial<typeof inside>): Partial<Observation> => ({
    user: { ...seen.user, inside: { ...inside, ...change } },
  });
  const onHost = (kind: 'pid' | 'network' | 'ipc' | 'uts' | 'mount' | 'cgroup'): Partial<Observation> => ({
    namespaces: {
      ...seen.namespaces,
      [kind]: { ...seen.namespaces[kind], inode: seen.namespaces[kind].hostInode },
    },
  });
  const cases: readonly [string, Partial<Observation>, string][] = [
    ['another uid', withUser({ uid: four(1655) }), 'user.uid'],
    ['a saved uid of root', withUser({ uid: { ...four(1654), saved: 0 } }), 'user.uid'],
    ['a wrong gid', withUser({ gid: four(0) }), 'user.gid'],
    ['a missing group', withUser({ groups: [] }), 'user.groups'],
    ['a group too many', withUser({ groups: [0, 1654] }), 'user.groups'],
    [
      'a capability in the bounding set',
      { capabilities: { ...seen.capabilities, bounding: ['NET_ADMIN'] } },
      'capabilities.bounding',
    ],
    [
      'an ambient capability',
      { capabilities: { ...seen.capabilities, ambient: ['KILL'] } },
      'capabilities.ambient',
    ],
    ['no_new_privs off', { noNewPrivileges: false }, 'noNewPrivileges'],
    ['no filter', { seccomp: { mode: 'unconfined', filters: 0 } }, 'seccomp'],
    [
      'only the filter that we run under ourselves',
      { seccomp: { mode: 'filter', filters: 1 }, observer: { noNewPrivileges: false, seccompFilters: 1 } },
      'seccomp',
    ],
    ['the id map of another pod', withMap(196_608), 'userNamespace'],
    ['a map that is too small', withMap(131_072, 1000), 'userNamespace'],
    ["the host's pid namespace", onHost('pid'), 'namespaces.pid'],
    ["the host's network", onHost('network'), 'namespaces.network'],
    ["the host's ipc", onHost('ipc'), 'namespaces.ipc'],
    ["the host's uts", onHost('uts'), 'namespaces.uts'],
    ["the host's mounts", onHost('mount'), 'namespaces.mount'],
    ['no interface', { interfaces: ['lo'] }, 'namespaces.network'],
    ['not the first of its pid namespace', { pid: 7 }, 'namespaces.pid'],
    ['a writable root', { rootFilesystem: { readOnly: false } }, 'rootFilesystem.readOnly'],
    ['a bare path', { maskedPaths: seen.maskedPaths.slice(1) }, 'maskedPaths'],
    ['a path masked for no reason', { maskedPaths: [...seen.maskedPaths, '/srv'] }, 'maskedPaths'],
    ['a writable path', { readonlyPaths: seen.readonlyPaths.slice(1) }, 'readonlyPaths'],
    ['a mount without nosuid', changedMount('/proc', { nosuid: false }), 'mounts[/proc]'],
    ['a writable /sys', changedMount('/sys', { readOnly: false }), 'mounts[/sys]'],
    [
      'a mount that is not there',
      { mounts: seen.mounts.filter((m) => m.mountPoint !== '/dev/pts') },
      'mounts[/dev/pts]',
    ],
    [
      'a larger tmpfs',
      changedMount('/dev', { superOptions: ['rw', 'size=99999k', 'mode=755'] }),
      'mounts[/dev]',
    ],
    ['a mount nobody expected', { mounts: [...seen.mounts, observedMount(tmp, 99)] }, 'mounts[/tmp]'],
    [
      'a device too many',
      {
        devices: {
          ...seen.devices,
          nodes: [...seen.devices.nodes, { path: '/dev/kvm', type: 'c', major: 10, minor: 232 }],
        },
      },
      'devices',
    ],
    ['all devices allowed', { devices: { ...seen.devices, rules: ['a *:* rwm'] } }, 'devices'],
    [
      'another sysctl',
      { sysctls: { 'net.ipv4.ip_unprivileged_port_start': '1024' } },
      'sysctls[net.ipv4.ip_unprivileged_port_start]',
    ],
    [
      'a memory limit nobody asked for',
      { cgroup: { ...seen.cgroup, memoryLimit: { value: 4096, file: 'f' } } },
      'resources.memory',
    ],
    [
      'other shares',
      { cgroup: { ...seen.cgroup, cpuShares: { value: 1024, file: 'f' } } },
      'resources.cpuShares',
    ],
    ['a quota', { cgroup: { ...seen.cgroup, cpuQuotaUs: { value: 1000, file: 'f' } } }, 'resources.cpuQuota'],
    ['another score', { oomScoreAdj: 0 }, 'oomScoreAdj'],
    [
      'a lower limit',
      { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 1024 }] },
      'rlimits[RLIMIT_NOFILE]',
    ],
  ];

  function changedMount(path: string, change: Partial<Observation['mounts'][number]>): Partial<Observation> {
    return {
      mounts: seen.mounts.map((mount) => (mount.mountPoint === path ? { ...mount, ...change } : mount)),
    };
  }

  test.each(cases)('%s', (_, change, field) => {
    const proof = compare(strict, { ...seen, ...change });
    const failed = proof.facts.filter(({ holds }) => !holds);
    expect(failed.map((fact) => fact.field)).toEqual([field]);
    expect(proof.holds).toBe(false);
    expect(failed[0]?.explanation).toMatch(/\w/);
  });

  test("another pod's network namespace", () => {
    const context = { sandboxNamespaces: { network: 1 } };
    expect(failing(strict, seen, context)).toEqual(['namespaces.network']);
    const own = { sandboxNamespaces: { network: seen.namespaces.network.inode } };
    expect(failing(strict, seen, own)).toEqual([]);
  });

  test('a bind mount may keep stricter flags of its source, but must have those asked for', () => {
    const expected = { ...strict, mounts: [...strict.mounts, tmp] };
    const kept = observedMount({ ...tmp, noexec: true, nodev: true }, 99);
    expect(failing(expected, { ...seen, mounts: [...seen.mounts, kept] })).toEqual([]);
    const bare = observedMount({ ...tmp, nosuid: false }, 99);
    expect(failing(expected, { ...seen, mounts: [...seen.mounts, bare] })).toEqual(['mounts[/tmp]']);
  });

  test('below a volume of the host there may be more mounts, below one that the node made there may not', () => {
    const failures = (['hostPath', 'emptyDir'] as const).map((volumeKind) => {
      const volume: ConfinedMount = {
        ...tmp,
        source: { kind: 'volume', index: 0, volume: 'tmp', volumeKind },
      };
      const expected = { ...strict, mounts: [...strict.mounts, volume] };
      const below = observedMount({ ...volume, destination: '/tmp/below' }, 98);
      return failing(expected, { ...seen, mounts: [...seen.mounts, observedMount(volume, 99), below] });
    });
    expect(failures).toEqual([[], ['mounts[/tmp/below]']]);
  });

  test('on cgroup version 1 it is the controllers that are read-only', () => {
    const cgroup = seen.mounts.find(({ mountPoint }) => mountPoint === '/sys/fs/cgroup');
    if (cgroup === undefined) throw new Error('no cgroup mount is expected');
    const tmpfs = { ...cgroup, fsType: 'tmpfs', readOnly: false };
    const controller = {
      ...cgroup,
      id: 999,
      parentId: cgroup.id,
      mountPoint: '/sys/fs/cgroup/cpu',
      fsType: 'cgroup',
    };
    const others = seen.mounts.filter((mount) => mount !== cgroup);
    const withController = (readOnly: boolean) => ({
      ...seen,
      mounts: [...others, tmpfs, { ...controller, readOnly }],
    });
    expect(failing(strict, withController(true))).toEqual([]);
    expect(failing(strict, withController(false))).toEqual(['mounts[/sys/fs/cgroup]']);
    const fact = compare(strict, withController(true)).facts.find(
      ({ field }) => field === 'mounts[/sys/fs/cgroup]',
    );
    // And the proof does not hide that the tmpfs round them is not.
    expect(fact?.observed).toMatchObject({ readOnly: true, tmpfsReadOnly: false });
  });

  test('limits that hold are one fact, and each that does not is its own', () => {
    const wanted = [limit('RLIMIT_NOFILE', 1024), limit('RLIMIT_CORE', 0), limit('RLIMIT_NPROC', 5)];
    const expected = { ...strict, rlimits: { ...strict.rlimits, value: wanted } };
    const rlimits = [limit('RLIMIT_NOFILE', 1024), limit('RLIMIT_CORE', 0), limit('RLIMIT_NPROC', 6)];
    const facts = compare(expected, { ...seen, rlimits }).facts.filter(({ field }) =>
      field.startsWith('rlimits'),
    );
    expect(facts.map(({ field, holds }) => [field, holds])).toEqual([
      ['rlimits', true],
      ['rlimits[RLIMIT_NPROC]', false],
    ]);
    expect(facts[0]?.observed).toEqual({
      RLIMIT_NOFILE: { soft: 1024, hard: 4096 },
      RLIMIT_CORE: { soft: 0, hard: 4096 },
    });
  });

  test('a label that this kernel has no module for is no fact at all', () => {
    const label = { mode: 'label' as const, label: 'docker-default' };
    const expected = { ...strict, appArmor: { value: label, from: byDefault('runtime') } };
    const without = compare(expected, { ...seen, appArmor: { mode: 'none' } });
    expect(without.facts.some(({ field }) => field === 'appArmor')).toBe(false);
    expect(failing(expected, { ...seen, appArmor: { mode: 'unconfined' } })).toEqual(['appArmor']);
  });

  test('a path that does not exist need not be masked', () => {
    const [first = '', ...others] = seen.maskedPaths;
    expect(failing(strict, { ...seen, maskedPaths: others, absentPaths: [first] })).toEqual([]);
  });
});

describe('a process that takes rights from itself', () => {
  const seen = observationOf(rootful);
  const dropped: Observation = {
    ...seen,
    user: {
      ...seen.user,
      inside: { uid: four(101), gid: four(101), groups: [101] },
      host: { uid: four(101), gid: four(101), groups: [101] },
    },
    capabilities: { ...seen.capabilities, effective: [], permitted: [] },
  };
  const fields = ['user.uid', 'user.gid', 'user.groups', 'capabilities.effective', 'capabilities.permitted'];

  test('without evidence it is the runtime that is wrong', () => {
    expect(failing(rootful, dropped)).toEqual(fields);
    expect(failing(rootful, dropped, { startedArgs: ['/bin/app'] })).toEqual(fields);
    expect(failing(rootful, dropped, { atStart: dropped })).toEqual(fields);
  });

  test('the kernel tells a daemon that dropped its user after its start', () => {
    const itself = { ...dropped, user: { ...dropped.user, changedItself: true } };
    const proof = compare(rootful, itself);
    expect(proof.holds).toBe(true);
    expect(proof.facts.find(({ field }) => field === 'user.uid')).toMatchObject({
      expected: 0,
      observed: 101,
      explanation: 'the process dropped its rights itself, after its program was started',
    });
  });

  test('so does another program than the one that was started', () => {
    expect(failing(rootful, dropped, { startedArgs: ['gosu', 'redis', 'app'] })).toEqual([]);
  });

  test('but not a script behind its interpreter, nor an argument that was a variable', () => {
    const script = { ...dropped, args: ['/bin/sh', '/entry.sh', '8080'] };
    expect(failing(rootful, script, { startedArgs: ['/entry.sh', '$(PORT)'] })).toEqual(fields);
  });

  test('so does an observation made right after the start', () => {
    expect(failing(rootful, dropped, { atStart: seen })).toEqual([]);
  });

  test('rights that were gained are never excused', () => {
    const gained = { ...seen, capabilities: { ...seen.capabilities, bounding: CAPABILITIES } };
    const itself = { ...gained, user: { ...gained.user, changedItself: true } };
    expect(failing(rootful, itself, { atStart: seen })).toEqual(['capabilities.bounding']);
  });

  test('nobody but root can leave its user', () => {
    const other = observationOf(strict);
    const moved = {
      ...other,
      user: { ...other.user, inside: { ...other.user.inside, uid: four(1) }, changedItself: true },
    };
    expect(failing(strict, moved)).toEqual(['user.uid']);
  });
});
