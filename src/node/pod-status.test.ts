import { expect, it } from 'vitest';
import { containersOf } from '../confinement/containers.ts';
import type { PodStatus } from '../kube/pod-status.ts';
import { kubeletBackOff } from './back-off.ts';
import { transition } from './lifecycle.ts';
import { newPodLife, type PodEvent } from './pod-life.ts';
import { podPlan } from './pod-plan.ts';
import { podStatus } from './pod-status.ts';

const container = { name: 'c', readinessProbe: {} };

function statusAfter(spec: object, events: readonly PodEvent[], now = 0, previous?: PodStatus): PodStatus {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [container], ...spec },
  };
  const plan = podPlan(pod, containersOf(pod), {
    backOff: kubeletBackOff,
    retryRefusedMs: undefined,
  });
  let life = newPodLife(plan);
  for (const event of events) ({ life } = transition(plan, life, event));
  return podStatus({
    pod,
    plan,
    life,
    startedAt: 0,
    now,
    hostIP: undefined,
    podIPs: ['10.0.0.2'],
    hasSandbox: true,
    containers: new Map(),
    previous,
  });
}

const up: readonly PodEvent[] = [{ kind: 'prepared' }, { kind: 'started', container: 'c', at: 0 }];
const ready: PodEvent = { kind: 'probed', container: 'c', probe: 'readiness', ok: true };

function condition(status: PodStatus, type: string): unknown {
  return status.conditions.find((candidate) => candidate.type === type);
}

it('a pod that is not ready says which containers are not', () => {
  expect(condition(statusAfter({}, up), 'Ready')).toMatchObject({
    status: 'False',
    reason: 'ContainersNotReady',
    message: 'containers with unready status: [c]',
  });
});

it("a condition's transition time is that of its last change", () => {
  const first = statusAfter({}, up, 1000);
  const same = statusAfter({}, up, 5000, first);
  const changed = statusAfter({}, [...up, ready], 9000, same);
  expect(condition(same, 'Ready')).toMatchObject({ lastTransitionTime: '1970-01-01T00:00:01Z' });
  expect(condition(changed, 'Ready')).toMatchObject({
    status: 'True',
    lastTransitionTime: '1970-01-01T00:00:09Z',
  });
});

const finished = {
  exitCode: 0,
  signal: undefined,
  reason: 'Completed',
  startedAt: 0,
  finishedAt: 1,
} as const;
const initDone: readonly PodEvent[] = [
  { kind: 'prepared' },
  { kind: 'started', container: 'i', at: 0 },
  { kind: 'exited', container: 'i', termination: { ...finished, message: undefined } },
];

it.each<readonly [string, object, readonly PodEvent[]]>([
  ['ContainerCreating', {}, []],
  ['PodInitializing', { initContainers: [{ name: 'i' }] }, []],
  // As upstream, also when its init containers are done.
  ['PodInitializing', { initContainers: [{ name: 'i' }] }, initDone],
])('a container that has not been made yet waits with %s', (reason, spec, events) => {
  expect(statusAfter(spec, events).containerStatuses?.[0]?.state).toEqual({ waiting: { reason } });
});

const crashed: PodEvent = {
  kind: 'exited',
  container: 'c',
  termination: { ...finished, exitCode: 3, reason: 'Error', message: undefined },
};

it('a container that is being restarted shows its last end until there is a new one', () => {
  expect(statusAfter({}, [...up, crashed]).containerStatuses?.[0]).toMatchObject({
    state: { terminated: { exitCode: 3, reason: 'Error' } },
    lastState: {},
    restartCount: 0,
  });
  const again: PodEvent = { kind: 'started', container: 'c', at: 1 };
  expect(statusAfter({}, [...up, crashed, again]).containerStatuses?.[0]).toMatchObject({
    state: { running: {} },
    lastState: { terminated: { exitCode: 3 } },
    restartCount: 1,
  });
});

it('a refused container shows why while it is tried again', () => {
  const refusal = { reason: 'ErrImagePull', message: 'no' };
  const refused: PodEvent = { kind: 'refused', container: 'c', ...refusal, at: 0 };
  const due: PodEvent = { kind: 'due', container: 'c', at: 1 };
  const status = statusAfter({}, [{ kind: 'prepared' }, refused, due]);
  expect(status.containerStatuses?.[0]?.state).toEqual({ waiting: refusal });
});

it('a pod that failed is not ready for that reason', () => {
  const status = statusAfter({ restartPolicy: 'Never' }, [...up, crashed]);
  expect(condition(status, 'Ready')).toMatchObject({ status: 'False', reason: 'PodFailed' });
  expect(condition(status, 'Initialized')).toMatchObject({ status: 'True' });
});

it('a pod whose init container failed was never initialized', () => {
  const failed: PodEvent = {
    kind: 'exited',
    container: 'i',
    termination: { ...finished, exitCode: 1, reason: 'Error', message: undefined },
  };
  const spec = { restartPolicy: 'Never', initContainers: [{ name: 'i' }] };
  const status = statusAfter(spec, [
    { kind: 'prepared' },
    { kind: 'started', container: 'i', at: 0 },
    failed,
  ]);
  expect(status.phase).toBe('Failed');
  expect(condition(status, 'Initialized')).toMatchObject({
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: 'containers with incomplete status: [i]',
  });
});

it('the conditions of a pod that has done its work say so', () => {
  const done: PodEvent = { ...crashed, termination: { ...finished, message: undefined } };
  const status = statusAfter({ restartPolicy: 'Never' }, [...up, done]);
  expect(condition(status, 'Initialized')).toMatchObject({ status: 'True', reason: 'PodCompleted' });
  expect(condition(status, 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
});
