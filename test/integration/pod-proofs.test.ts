import { describe, expect, test } from 'vitest';
import type { EventRecorder } from '../../src/kube/object-api.ts';
import { openPodInsight } from '../../src/kubelet/pod-insight.ts';
import { createProver, type Prover } from '../../src/kubelet/proofs/create-prover.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { makeBreakingRuntime } from '../support/breaking-runtime.ts';
import { canRunContainers } from '../support/machine.ts';
import { type ObjectsInMemory, objectsInMemory } from '../support/objects-in-memory.ts';
import { parsePrometheusText } from '../support/prometheus-text.ts';
import { openProofNode, type ProofNode, type ProofPodSpec } from '../support/proof-pod.ts';

type Told = Parameters<EventRecorder['record']>[0];

interface Proving {
  readonly api: ObjectsInMemory;
  readonly prover: Prover;
  readonly events: Told[];
  readonly problems: unknown[];
  /** Calls of `onProven`. */
  readonly proven: RunningPod[];
  /** Started, and told to the prover with each change. */
  readonly start: (spec: ProofPodSpec) => Promise<RunningPod>;
}

function prove(node: ProofNode): Proving {
  const api = objectsInMemory();
  const events: Told[] = [];
  const problems: unknown[] = [];
  const proven: RunningPod[] = [];
  const prover = createProver({
    api,
    recorder: { record: (event) => events.push(event) },
    clock: node.ports.clock,
    onProven: (pod) => proven.push(pod),
    onProblem: (error) => problems.push(error),
  });
  const start = async (spec: ProofPodSpec): Promise<RunningPod> => {
    const pod = await node.start(spec);
    pod.subscribe(() => prover.onPodChanged(pod));
    prover.onPodChanged(pod);
    return pod;
  };
  return { api, prover, events, problems, proven, start };
}

const guarded: ProofPodSpec = {
  securityContext: { runAsUser: 1654, runAsGroup: 1654, runAsNonRoot: true },
  containers: [
    {
      securityContext: {
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      },
    },
  ],
};

describe.skipIf(!canRunContainers())('every pod carries its proof', () => {
  test('a pod that is confined as asked has a proof, a true condition and no event', async () => {
    await using node = await openProofNode();
    const { api, prover, events, problems, proven, start } = prove(node);
    const pod = await start(guarded);
    await expect.poll(() => proven.length).toBe(1);
    const condition = prover.condition(pod);
    expect(condition).toMatchObject({
      type: 'ConfinementProven',
      status: 'True',
      reason: 'AllFactsHold',
    });
    const [held = '', all = ''] = condition.message?.match(/\d+/g) ?? [];
    expect(held).toBe(all);
    expect(Number(held)).toBeGreaterThan(15);
    const { name = '', namespace = '', uid } = pod.pod.metadata;
    expect(api.get('Proof', namespace, name)).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'Pod', name, uid }] },
      status: {
        holds: true,
        containers: [{ name: 'c0', proof: { holds: true }, state: { running: {} } }],
        summary: {
          holds: `${held}/${all}`,
          user: '1654',
          hostUser: '1654',
          capabilities: 'none',
          rootfs: 'read-only',
          userNamespace: 'host',
        },
      },
    });
    expect(events).toEqual([]);
    expect(problems).toEqual([]);
    // Nothing changed: nothing is looked at.
    prover.onPodChanged(pod);
    await prover.close();
    expect(proven).toHaveLength(1);
  });

  test('a pod with a user namespace is root inside and nobody outside', async () => {
    await using node = await openProofNode();
    const { prover, start } = prove(node);
    const pod = await start({ hostUsers: false });
    const { status } = await prover.prove(pod);
    expect(status.summary).toMatchObject({ user: '0', capabilities: '14', rootfs: 'writable' });
    expect(Number(status.summary.hostUser)).toBeGreaterThanOrEqual(65_536);
    expect(status.summary.userNamespace).toBe(`${status.summary.hostUser}+65536`);
  });

  test('a runtime that runs it as somebody else is told by condition and event, once', async () => {
    await using node = await openProofNode((directory) => makeBreakingRuntime(directory, 'wrong-uid'));
    const { api, prover, events, proven, start } = prove(node);
    const pod = await start(guarded);
    await expect.poll(() => proven.length).toBe(1);
    expect(prover.condition(pod)).toMatchObject({ status: 'False', reason: 'ConfinementMismatch' });
    expect(prover.condition(pod).message).toContain('user.uid of container "c0"');
    await prover.prove(pod);
    expect(events).toMatchObject([
      { type: 'Warning', reason: 'ConfinementMismatch', fieldPath: 'spec.containers{c0}' },
    ]);
    expect(events[0]?.message).toMatch(/^user\.uid of container "c0": expected 1654, observed \d+/);
    const { name = '', namespace = '' } = pod.pod.metadata;
    expect(api.get('Proof', namespace, name)?.status.holds).toBe(false);
  });

  test('a container that is started again is looked at again', async () => {
    await using node = await openProofNode();
    const { api, proven, start } = prove(node);
    const pod = await start({ restartPolicy: 'Always', containers: [{ command: ['sleep', '1'] }] });
    await expect.poll(() => proven.length, { timeout: 20_000 }).toBe(2);
    const { name = '', namespace = '' } = pod.pod.metadata;
    expect(api.get('Proof', namespace, name)?.status.containers[0]?.restartCount).toBe(1);
  });

  test('of a pod that never ran nothing is known', async () => {
    await using node = await openProofNode();
    const { prover, start } = prove(node);
    const pod = await start({ containers: [{ command: ['/no/such/program'] }] });
    expect(prover.condition(pod)).toMatchObject({ status: 'Unknown', reason: 'NothingObserved' });
    const { status } = await prover.prove(pod);
    expect(status.holds).toBeUndefined();
    expect(status.summary.holds).toBe('0/0');
  });
});

test.skipIf(!canRunContainers())('a node tells all that it knows of a pod by its object', async () => {
  await using node = await openProofNode();
  const running: RunningPod[] = [];
  const rewritten: string[] = [];
  const api = objectsInMemory();
  const insight = openPodInsight({
    pods: {
      findPod: (uid) => running.find(({ pod }) => pod.metadata.uid === uid),
      running: () => running,
      rewriteStatus: (uid) => rewritten.push(uid),
    },
    api,
    recorder: { record: () => {} },
    clock: node.ports.clock,
    onProblem: (error) => rewritten.push(String(error)),
  });
  const pod = await node.start({
    ...guarded,
    containers: [{ command: ['sh', '-c', 'touch /tmp/x; exec sleep 100'] }],
  });
  const { pod: object } = pod;
  await expect(insight.prove(object)).rejects.toThrow('pod proof-0 does not run on this node');
  running.push(pod);
  expect(insight.proofCondition(pod)?.status).toBe('Unknown');
  await expect.poll(() => rewritten).toEqual([object.metadata.uid]);
  expect(insight.proofCondition(pod)?.status).toBe('True');
  expect((await insight.prove(object)).status.holds).toBe(true);
  expect((await insight.drift(object)).containers).toMatchObject([{ name: 'c0', truncated: false }]);
  const samples = parsePrometheusText(await insight.metrics());
  expect(samples.find(({ name }) => name === 'podproof_confinement_holds')?.value).toBe(1);
  await insight.close();
});
