import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeBreakingRuntime } from '../support/breaking-runtime.ts';
import { canRunContainers } from '../support/machine.ts';
import { openProofNode, type ProofPodSpec, proveContainer } from '../support/proof-pod.ts';

/** Everything that can be asked for is asked for. */
const guarded: ProofPodSpec = {
  securityContext: {
    runAsUser: 1654,
    runAsGroup: 1654,
    supplementalGroups: [7, 9],
    seccompProfile: { type: 'RuntimeDefault' },
  },
  volumes: [{ name: 'config', configMap: { name: 'config' } }],
  containers: [
    {
      resources: { requests: { cpu: '250m' }, limits: { memory: '64Mi', cpu: '500m' } },
      volumeMounts: [{ name: 'config', mountPath: '/config', readOnly: true }],
      securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
    },
  ],
};

/** Nothing is asked for. */
const open: ProofPodSpec = {};

const mapped: ProofPodSpec = { hostUsers: false };

interface Break {
  readonly name: string;
  readonly spec: ProofPodSpec;
  /** In the order of the proof. */
  readonly fails: readonly string[];
}

const breaks: readonly Break[] = [
  { name: 'nothing', spec: guarded, fails: [] },
  { name: 'nothing', spec: open, fails: [] },
  { name: 'nothing', spec: mapped, fails: [] },
  { name: 'seccomp-left-out', spec: guarded, fails: ['seccomp'] },
  { name: 'seccomp-added', spec: open, fails: ['seccomp'] },
  { name: 'capability-added', spec: guarded, fails: ['capabilities.bounding'] },
  {
    name: 'capability-added',
    spec: open,
    fails: ['capabilities.bounding', 'capabilities.effective', 'capabilities.permitted'],
  },
  { name: 'capability-lost', spec: guarded, fails: ['capabilities.bounding'] },
  {
    name: 'capability-ambient',
    spec: guarded,
    fails: [
      'capabilities.effective',
      'capabilities.permitted',
      'capabilities.inheritable',
      'capabilities.ambient',
    ],
  },
  { name: 'no-new-privileges-off', spec: guarded, fails: ['noNewPrivileges'] },
  { name: 'no-new-privileges-on', spec: open, fails: ['noNewPrivileges'] },
  { name: 'root-writable', spec: guarded, fails: ['rootFilesystem.readOnly'] },
  { name: 'root-read-only', spec: open, fails: ['rootFilesystem.readOnly'] },
  { name: 'wrong-uid', spec: guarded, fails: ['user.uid'] },
  { name: 'wrong-gid', spec: guarded, fails: ['user.gid'] },
  { name: 'wrong-gid', spec: open, fails: ['user.gid'] },
  { name: 'missing-group', spec: guarded, fails: ['user.groups'] },
  { name: 'extra-group', spec: guarded, fails: ['user.groups'] },
  { name: 'mask-bare', spec: guarded, fails: ['maskedPaths'] },
  { name: 'mask-added', spec: guarded, fails: ['maskedPaths'] },
  { name: 'protection-missing', spec: guarded, fails: ['readonlyPaths'] },
  { name: 'mount-without-nosuid', spec: guarded, fails: ['mounts[/proc]'] },
  { name: 'volume-writable', spec: guarded, fails: ['mounts[/config]'] },
  { name: 'mount-missing', spec: guarded, fails: ['mounts[/dev/mqueue]'] },
  { name: 'mount-added', spec: guarded, fails: ['mounts[/tmp]'] },
  { name: 'host-bound', spec: open, fails: ['mounts[/srv]'] },
  { name: 'host-pid', spec: guarded, fails: ['namespaces.pid'] },
  { name: 'host-ipc', spec: guarded, fails: ['namespaces.ipc'] },
  { name: 'host-uts', spec: guarded, fails: ['namespaces.uts'] },
  {
    // The pod's sysctls are those of its network namespace.
    name: 'host-network',
    spec: guarded,
    fails: [
      'namespaces.network',
      'sysctls[net.ipv4.ip_unprivileged_port_start]',
      'sysctls[net.ipv4.ping_group_range]',
    ],
  },
  {
    name: 'foreign-network',
    spec: guarded,
    fails: [
      'namespaces.network',
      'sysctls[net.ipv4.ip_unprivileged_port_start]',
      'sysctls[net.ipv4.ping_group_range]',
    ],
  },
  { name: 'own-cgroup-namespace', spec: guarded, fails: ['namespaces.cgroup'] },
  { name: 'device-added', spec: guarded, fails: ['devices'] },
  { name: 'devices-allowed', spec: guarded, fails: ['devices'] },
  { name: 'memory-limit-raised', spec: guarded, fails: ['resources.memory'] },
  { name: 'memory-limit-gone', spec: guarded, fails: ['resources.memory'] },
  { name: 'cpu-shares-raised', spec: guarded, fails: ['resources.cpuShares'] },
  { name: 'cpu-quota-raised', spec: guarded, fails: ['resources.cpuQuota'] },
  { name: 'rlimit-lowered', spec: guarded, fails: ['rlimits[RLIMIT_NOFILE]'] },
  { name: 'oom-score', spec: guarded, fails: ['oomScoreAdj'] },
];

const specNames = new Map([
  [guarded, 'a guarded pod'],
  [open, 'an open pod'],
  [mapped, 'a pod with a user namespace'],
]);

describe.skipIf(!canRunContainers())('a runtime that breaks one thing is found out by exactly that', () => {
  test.each(breaks.map((each) => ({ ...each, of: specNames.get(each.spec) })))(
    '$name in $of',
    async ({ name, spec, fails }) => {
      await using node = await openProofNode((directory) => makeBreakingRuntime(directory, name));
      const pod = await node.start(spec);
      const { proof, failing } = await proveContainer(pod);
      expect(failing).toEqual(fails);
      expect(proof.holds).toBe(fails.length === 0);
      const explained = proof.facts.filter(({ holds }) => !holds).map(({ explanation = '' }) => explanation);
      expect(explained.every((text) => text !== '')).toBe(true);
    },
  );

  test('the id map of another pod', async () => {
    // Only its user namespace is its own, so that another one fits in its place.
    const spec = { hostUsers: false, hostNetwork: true, hostIPC: true };
    using mqueue = mountQueue();
    const arg = `655360000:${mqueue.path}`;
    await using node = await openProofNode((directory) =>
      makeBreakingRuntime(directory, 'id-map-of-another-pod', arg),
    );
    const { proof, failing } = await proveContainer(await node.start(spec));
    expect(failing).toEqual(['userNamespace']);
    expect(proof.facts.find(({ field }) => field === 'userNamespace')).toMatchObject({
      observed: { uidMap: [{ insideId: 0, outsideId: 655_360_000, size: 65_536 }] },
      explanation: "the container's root is host uid 655360000, not this pod's range",
    });
  });
});

/** Unmounted when the test has ended. */
function mountQueue(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'pp-mqueue-'));
  execFileSync('mount', ['-t', 'mqueue', 'mqueue', path]);
  return {
    path,
    [Symbol.dispose]() {
      execFileSync('umount', [path]);
      rmdirSync(path);
    },
  };
}
