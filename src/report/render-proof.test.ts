import { describe, expect, it } from 'vitest';
import type { ContainerProof, Fact, PodProof, ProofReport } from '../core/contract/proof-report.ts';
import { PLAIN } from './palette.ts';
import { renderObservation } from './render-observation.ts';
import { renderProof } from './render-proof.ts';

const options = { columns: 100, palette: PLAIN, all: false };

function holding(field: string, observed: unknown, source: string, expected: unknown = observed): Fact {
  return { field, expected, observed, holds: true, from: 'runtime default (containerd)', source };
}

const range = { insideId: 0, outsideId: 65_536, size: 65_536 };

const facts: readonly Fact[] = [
  holding('user.uid', 1654, '/proc/4711/status Uid'),
  holding('user.gid', 1654, '/proc/4711/status Gid'),
  holding('user.groups', [1654, 2000], '/proc/4711/status Groups'),
  holding('capabilities.bounding', [], '/proc/4711/status CapBnd'),
  holding('capabilities.effective', [], '/proc/4711/status CapEff'),
  holding('capabilities.permitted', [], '/proc/4711/status CapPrm'),
  holding('capabilities.inheritable', [], '/proc/4711/status CapInh'),
  holding('capabilities.ambient', [], '/proc/4711/status CapAmb'),
  holding('noNewPrivileges', true, '/proc/4711/status NoNewPrivs'),
  holding('seccomp', { mode: 'filter', filters: 1 }, '/proc/4711/status Seccomp', {
    mode: 'filter',
    profile: 'RuntimeDefault',
  }),
  holding('namespaces.user', 'pod', '/proc/4711/ns/user'),
  holding('userNamespace', { uidMap: [range], gidMap: [range] }, '/proc/4711/uid_map'),
  holding('rootFilesystem.readOnly', true, '/proc/4711/mountinfo /'),
  holding('mounts[/proc]', { fsType: 'proc', readOnly: false }, '/proc/4711/mountinfo /proc'),
  holding('mounts[/tmp]', { fsType: 'bind', readOnly: false }, '/proc/4711/mountinfo /tmp'),
];

const web: ContainerProof = {
  name: 'web',
  type: 'container',
  image: 'localhost/web:1',
  imageDigest: 'sha256:3f1c00112233445566778899',
  state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
  restartCount: 0,
  proof: { holds: true, facts },
  processes: [
    { pid: 1, hostPid: 4711, parentHostPid: 4700, uid: 1654, hostUid: 67_190, command: 'web --port 8080' },
    { pid: 7, hostPid: 4718, parentHostPid: 4711, uid: 1654, hostUid: 67_190, command: 'worker' },
  ],
  findings: [],
};

const pod: PodProof = {
  namespace: 'default',
  name: 'web',
  uid: '0',
  phase: 'Running',
  startedInMs: 81,
  containers: [web],
  findings: [],
};

function report(changed: PodProof, summary: Partial<ProofReport['summary']> = {}): ProofReport {
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'ProofReport',
    profile: 'containerd',
    kubernetes: '1.36',
    runtime: 'runc 1.1.5',
    pods: [changed],
    summary: { pods: 1, containers: 1, proven: 0, failed: 0, refused: 0, ...summary },
  };
}

describe('the text of a proof', () => {
  it('shows what the kernel has, and the processes with both pids and both uids', () => {
    expect(renderProof(report(pod, { proven: 1 }), options)).toMatchInlineSnapshot(`
      "pod default/web  Running in 81 ms                                     runc 1.1.5, profile containerd

        web   localhost/web:1@sha256:3f1c00112233   expected = kernel, all 15 facts hold
          user               1654:1654               host uid 67190
          groups             1654 2000
          capabilities       none                    all five sets are empty
          no new privileges  yes
          seccomp            filter, RuntimeDefault  1 filter
          user namespace     0 -> 65536, 65536 ids   root in it is host uid 65536
          root file system   read-only
          can write          /tmp
          processes          pid 1  uid 1654  host pid 4711  uid 67190  web --port 8080
                             pid 7  uid 1654  host pid 4718  uid 67190    worker

      1 pod, 1 container: 1 proven
      "
    `);
  });

  it('shows what does not hold first: expected and found, who asked, where it was read, and why', () => {
    const wrong: Fact = {
      field: 'seccomp',
      expected: { mode: 'filter', profile: 'RuntimeDefault' },
      observed: { mode: 'unconfined', filters: 0 },
      holds: false,
      from: 'spec.securityContext.seccompProfile',
      line: 9,
      source: '/proc/4711/status Seccomp',
      explanation: 'the runtime was built without seccomp (podproof doctor)',
    };
    const broken: ContainerProof = {
      ...web,
      proof: { holds: false, facts: [...facts.slice(0, 2), wrong] },
      processes: [],
    };
    expect(
      renderProof(report({ ...pod, containers: [broken] }, { failed: 1 }), options),
    ).toMatchInlineSnapshot(`
      "pod default/web  Running in 81 ms                                     runc 1.1.5, profile containerd

        web   localhost/web:1@sha256:3f1c00112233   2 of 3 facts hold
          seccomp  expected filter, RuntimeDefault, the kernel has unconfined
                   asked for by pod seccompProfile; read from /proc/4711/status Seccomp                 :9
                   the runtime was built without seccomp (podproof doctor)
          user     1654:1654

      1 pod, 1 container: 1 failed
      "
    `);
  });

  it('lists every fact with its source when asked for all', () => {
    const all = renderProof(report(pod, { proven: 1 }), { ...options, columns: 120, all: true });
    expect(all).toContain('userNamespace             0 -> 65536, 65536 ids');
    for (const { field, source } of facts) {
      expect(all).toContain(field);
      expect(all).toContain(source.replace('/proc/4711/', ''));
    }
  });

  it('shows of two mounts only where they differ', () => {
    const mount = { fsType: 'bind', readOnly: true, nosuid: true };
    const wrong: Fact = {
      ...holding('mounts[/data]', { ...mount, readOnly: false }, '/proc/4711/mountinfo /data', mount),
      holds: false,
    };
    const broken = { ...web, proof: { holds: false, facts: [wrong] }, processes: [] };
    expect(renderProof(report({ ...pod, containers: [broken] }, { failed: 1 }), options)).toContain(
      'mounts[/data]  expected readOnly yes, the kernel has readOnly no',
    );
  });

  it("tells a refused container by the kubelet's reason and message", () => {
    const { proof: _, ...unproven } = web;
    const refused: ContainerProof = {
      ...unproven,
      state: {
        waiting: {
          reason: 'CreateContainerConfigError',
          message:
            'container has runAsNonRoot and image will run as root (pod: "web_default(0)", container: web)',
        },
      },
      advice: 'write runAsUser: 1654 (its passwd has app:1654)',
      adviceLine: 5,
      processes: [],
    };
    const { startedInMs: __, ...pending } = { ...pod, phase: 'Pending' as const, containers: [refused] };
    expect(renderProof(report(pending, { refused: 1 }), options)).toMatchInlineSnapshot(`
      "pod default/web  Pending                                              runc 1.1.5, profile containerd

        web   localhost/web:1@sha256:3f1c00112233   not started
          CreateContainerConfigError  container has runAsNonRoot and image will run as root (pod:
                                      "web_default(0)", container: web)
                                      write runAsUser: 1654 (its passwd has app:1654)                   :5

      1 pod, 1 container: 1 refused
      "
    `);
  });

  it('shows the last words of a container that failed', () => {
    const { proof: _, ...unproven } = web;
    const failed: ContainerProof = {
      ...unproven,
      state: { terminated: { exitCode: 1, reason: 'Error' } },
      processes: [],
      logTail: ['open /var/cache: Read-only file system'],
      restartCount: 2,
    };
    expect(
      renderProof(report({ ...pod, phase: 'Failed', containers: [failed] }, { failed: 1 }), options),
    ).toMatchInlineSnapshot(`
      "pod default/web  Failed in 81 ms                                      runc 1.1.5, profile containerd

        web   localhost/web:1@sha256:3f1c00112233   not observed
          ended     exit code 1, Error
          restarts  2
          its last words:
            open /var/cache: Read-only file system

      1 pod, 1 container: 1 failed
      "
    `);
  });
});

describe('the text of an observation', () => {
  const observation = {
    apiVersion: 'podproof.dev/v1',
    kind: 'ObservationReport',
    pid: 4711,
    command: 'sleep 60',
    facts: facts.map(({ field, observed, source }) => ({ field, observed, source })),
    processes: web.processes,
    findings: [],
  } as const;

  it('sums up what the kernel says of any process', () => {
    expect(renderObservation(observation, options)).toMatchInlineSnapshot(`
      "process 4711  sleep 60

          user               1654:1654              host uid 67190
          groups             1654 2000
          capabilities       none                   all five sets are empty
          no new privileges  yes
          seccomp            filter                 1 filter
          user namespace     0 -> 65536, 65536 ids  root in it is host uid 65536
          root file system   read-only
          can write          /tmp
          processes          pid 1  uid 1654  host pid 4711  uid 67190  web --port 8080
                             pid 7  uid 1654  host pid 4718  uid 67190    worker
      "
    `);
  });

  it('shows every field with its source when asked for all', () => {
    expect(renderObservation(observation, { ...options, all: true })).toMatch(
      /capabilities\.bounding +none +status CapBnd/,
    );
  });

  it('compares with a container of a manifest', () => {
    const text = renderObservation(
      { ...observation, proof: { holds: true, facts }, container: 'web' },
      options,
    );
    expect(text).toContain('compared with container web   expected = kernel, all 15 facts hold');
  });
});
