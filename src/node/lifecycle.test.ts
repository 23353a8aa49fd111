import { describe, expect, it } from 'vitest';
import type { Termination } from './container-life.ts';
import { transition } from './lifecycle.ts';
import { newPodLife, type PodAction, type PodEvent, type PodLife } from './pod-life.ts';
import type { ContainerPlan, PodPlan } from './pod-plan.ts';
import { podPhase } from './pod-status.ts';

const backOff = { initialMs: 10_000, maxMs: 300_000, resetAfterMs: 600_000 };

function planned(name: string, more: Partial<ContainerPlan> = {}): ContainerPlan {
  return {
    name,
    type: 'container',
    restartPolicy: 'Always',
    restartRules: [],
    hasPostStart: false,
    hasStartupProbe: false,
    hasReadinessProbe: false,
    ...more,
  };
}

const init = (name: string): ContainerPlan => planned(name, { type: 'init', restartPolicy: 'OnFailure' });
const sidecar = (name: string): ContainerPlan => planned(name, { type: 'sidecar' });

function plan(containers: readonly ContainerPlan[], retryRefusedMs?: number): PodPlan {
  return { containers, backOff, retryRefusedMs };
}

/** Plays events; the actions of the last one, in short. */
function play(
  podPlan: PodPlan,
  ...events: readonly PodEvent[]
): { life: PodLife; actions: readonly string[] } {
  let life = newPodLife(podPlan);
  let actions: readonly PodAction[] = [];
  for (const event of events) ({ life, actions } = transition(podPlan, life, event));
  return { life, actions: actions.map(describeAction) };
}

function describeAction(action: PodAction): string {
  switch (action.do) {
    case 'start':
      return `start ${action.container} ${action.attempt}`;
    case 'kill':
      return `kill ${action.container} for ${action.why}`;
    case 'wake':
      return `wake ${action.container} at ${action.at}`;
    case 'probe':
      return `probe ${action.container} ${action.probes}`;
  }
}

const prepared: PodEvent = { kind: 'prepared' };
const started = (container: string, at = 0): PodEvent => ({ kind: 'started', container, at });
const stop: PodEvent = { kind: 'stop-requested', graceSeconds: undefined };

function exited(container: string, exitCode: number, finishedAt = 0): PodEvent {
  const termination: Termination = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    message: undefined,
    startedAt: 0,
    finishedAt,
  };
  return { kind: 'exited', container, termination };
}

describe('starting', () => {
  it('all main containers start at once when there is nothing before them', () => {
    expect(play(plan([planned('a'), planned('b')]), prepared).actions).toEqual(['start a 0', 'start b 0']);
  });

  it('init containers run one after the other, the main ones after the last', () => {
    const pod = plan([init('i'), init('j'), planned('a')]);
    expect(play(pod, prepared).actions).toEqual(['start i 0']);
    expect(play(pod, prepared, started('i')).actions).toEqual(['probe i steady']);
    expect(play(pod, prepared, started('i'), exited('i', 0)).actions).toEqual(['start j 0']);
    const last = play(pod, prepared, started('i'), exited('i', 0), started('j'), exited('j', 0));
    expect(last.actions).toEqual(['start a 0']);
    expect(podPhase(pod, last.life)).toBe('Pending');
  });

  it('a sidecar is waited for until it is up, not until it ends', () => {
    const pod = plan([{ ...sidecar('s'), hasStartupProbe: true }, planned('a')]);
    expect(play(pod, prepared, started('s')).actions).toEqual(['probe s startup']);
    const probed: PodEvent = { kind: 'probed', container: 's', probe: 'startup', ok: true };
    expect(play(pod, prepared, started('s'), probed).actions).toEqual(['probe s steady', 'start a 0']);
  });

  it('postStart comes before the container counts as up', () => {
    const pod = plan([planned('a', { hasPostStart: true })]);
    expect(play(pod, prepared, started('a')).actions).toEqual([]);
    const done: PodEvent = { kind: 'post-start-done', container: 'a' };
    expect(play(pod, prepared, started('a'), done).actions).toEqual(['probe a steady']);
    const failed: PodEvent = { kind: 'post-start-failed', container: 'a', message: 'no' };
    expect(play(pod, prepared, started('a'), failed).actions).toEqual(['kill a for post-start']);
  });
});

describe('refusals', () => {
  const refused: PodEvent = {
    kind: 'refused',
    container: 'a',
    reason: 'CreateContainerConfigError',
    message: 'no',
    at: 0,
  };

  it('a refused container waits with its reason while the others run', () => {
    const pod = plan([planned('a'), planned('b')]);
    const { life, actions } = play(pod, prepared, refused, started('b'));
    expect(life.containers.get('a')?.run).toEqual({
      state: 'refused',
      reason: 'CreateContainerConfigError',
      message: 'no',
    });
    expect(life.containers.get('b')?.run.state).toBe('running');
    expect(actions).toEqual(['probe b steady']);
    expect(podPhase(pod, life)).toBe('Pending');
  });

  it('with a retry it is tried again, and that is no restart', () => {
    const pod = plan([planned('a')], 5000);
    expect(play(pod, prepared, refused).actions).toEqual(['wake a at 5000']);
    const due: PodEvent = { kind: 'due', container: 'a', at: 5000 };
    expect(play(pod, prepared, refused, due).actions).toEqual(['start a 0']);
  });

  it('a start that fails is a restart when it is tried again, and the end under restartPolicy Never', () => {
    const failed: PodEvent = { kind: 'start-failed', container: 'a', message: 'exec: no such file', at: 0 };
    const due: PodEvent = { kind: 'due', container: 'a', at: 10_000 };
    const pod = plan([planned('a')], 1000);
    expect(play(pod, prepared, failed).life.containers.get('a')?.run).toMatchObject({
      reason: 'RunContainerError',
    });
    expect(play(pod, prepared, failed, due).actions).toEqual(['start a 1']);
    const once = plan([planned('a', { restartPolicy: 'Never' })]);
    const { life } = play(once, prepared, failed);
    expect(podPhase(once, life)).toBe('Failed');
    expect(life.containers.get('a')?.run).toMatchObject({
      termination: { exitCode: 128, reason: 'StartError' },
    });
  });

  it('one that fails to start again and again waits as one that crashes', () => {
    const pod = plan([planned('a')], 1000);
    const failed = { kind: 'start-failed', container: 'a', message: 'no' } as const;
    const due = { kind: 'due', container: 'a' } as const;
    const first: readonly PodEvent[] = [prepared, { ...failed, at: 0 }];
    const second: readonly PodEvent[] = [...first, { ...due, at: 1000 }];
    expect(play(pod, ...first).actions).toEqual(['wake a at 1000']);
    expect(play(pod, ...second).actions).toEqual(['start a 1']);
    const { life, actions } = play(pod, ...second, { ...failed, at: 1000 }, { ...due, at: 2000 });
    expect(life.containers.get('a')?.run).toMatchObject({ state: 'backing-off', delayMs: 10_000 });
    expect(actions).toEqual(['wake a at 11000']);
  });

  it('a container whose postStart failed says what it said, and is started again', () => {
    const pod = plan([planned('a', { hasPostStart: true })], 1000);
    const failed: PodEvent = { kind: 'post-start-failed', container: 'a', message: 'it said' };
    const before = play(pod, prepared, started('a'), failed, exited('a', 137, 500));
    expect(before.life.containers.get('a')?.run).toEqual({
      state: 'refused',
      reason: 'PostStartHookError',
      message: 'it said',
    });
    expect(before.actions).toEqual(['wake a at 1500']);
  });

  it('another attempt at what was never made again counts no restart', () => {
    const pod = plan([planned('a')], 1000);
    const crash = [prepared, started('a'), exited('a', 1, 100)];
    const due: PodEvent = { kind: 'due', container: 'a', at: 2000 };
    expect(play(pod, ...crash, refused, due, refused, due).life.containers.get('a')).toMatchObject({
      restartCount: 1,
      run: { state: 'starting', refusal: { reason: 'CreateContainerConfigError' } },
    });
  });

  it('a refused preparation is the end of it, and starts nothing', () => {
    const event: PodEvent = { kind: 'preparation-refused', reason: 'FailedMount', message: 'no' };
    const { life, actions } = play(plan([planned('a')]), event);
    expect(life).toMatchObject({ stage: 'refused', reason: 'FailedMount' });
    expect(actions).toEqual([]);
  });
});

describe('restarts', () => {
  it('the first is immediate, the next wait 10 s doubling to 300 s', () => {
    const pod = plan([planned('a')]);
    let { life } = play(pod, prepared, started('a'));
    const delays: number[] = [];
    let now = 1000;
    for (let round = 0; round < 8; round += 1) {
      let step = transition(pod, life, exited('a', 1, now));
      const [action] = step.actions;
      const delayMs = action?.do === 'wake' ? action.at - now : 0;
      delays.push(delayMs);
      now += delayMs;
      if (action?.do === 'wake') step = transition(pod, step.life, { kind: 'due', container: 'a', at: now });
      expect(step.actions).toEqual([{ do: 'start', container: 'a', attempt: round + 1 }]);
      life = transition(pod, step.life, started('a', now)).life;
      now += 1000;
    }
    expect(delays).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  });

  it('the delay is forgotten after ten minutes without a restart', () => {
    const pod = plan([planned('a')]);
    const later = 700_000;
    const { actions } = play(
      pod,
      prepared,
      started('a'),
      exited('a', 1),
      started('a'),
      exited('a', 1, later),
    );
    expect(actions).toEqual(['start a 2']);
  });

  it.each([
    ['Always', 0, true],
    ['Always', 1, true],
    ['OnFailure', 0, false],
    ['OnFailure', 1, true],
    ['Never', 0, false],
    ['Never', 1, false],
  ] as const)('restartPolicy %s after exit code %i: %s', (restartPolicy, exitCode, restarts) => {
    const pod = plan([planned('a', { restartPolicy }), planned('b')]);
    const { actions } = play(pod, prepared, started('a'), started('b'), exited('a', exitCode));
    expect(actions.includes('start a 1')).toBe(restarts);
  });

  it('a rule for the exit code comes before the policy', () => {
    const rule = { action: 'Restart', operator: 'In', exitCodes: [42] } as const;
    const pod = plan([planned('a', { restartPolicy: 'Never', restartRules: [rule] }), planned('b')]);
    expect(play(pod, prepared, started('a'), exited('a', 42)).actions).toEqual(['start a 1']);
    expect(play(pod, prepared, started('a'), exited('a', 43)).actions).toEqual([]);
  });

  it('a liveness failure kills once, and the end of it restarts', () => {
    const pod = plan([planned('a')]);
    const failure: PodEvent = { kind: 'probed', container: 'a', probe: 'liveness', ok: false };
    expect(play(pod, prepared, started('a'), failure).actions).toEqual(['kill a for liveness']);
    expect(play(pod, prepared, started('a'), failure, failure).actions).toEqual([]);
    expect(play(pod, prepared, started('a'), failure, exited('a', 137)).actions).toEqual(['start a 1']);
  });

  it('an init container that fails for good fails the pod', () => {
    const pod = plan([{ ...init('i'), restartPolicy: 'Never' }, planned('a', { restartPolicy: 'Never' })]);
    const { life, actions } = play(pod, prepared, started('i'), exited('i', 1));
    expect(actions).toEqual([]);
    expect(life.stage).toBe('finished');
    expect(podPhase(pod, life)).toBe('Failed');
  });
});

describe('the end', () => {
  it('sidecars end last, one by one in reverse order', () => {
    const pod = plan([sidecar('s'), sidecar('t'), planned('a'), planned('b')]);
    const up = [prepared, started('s'), started('t'), started('a'), started('b')];
    expect(play(pod, ...up, stop).actions).toEqual(['kill a for stop', 'kill b for stop']);
    expect(play(pod, ...up, stop, exited('a', 0)).actions).toEqual([]);
    expect(play(pod, ...up, stop, exited('a', 0), exited('b', 0)).actions).toEqual(['kill t for stop']);
    const last = play(pod, ...up, stop, exited('a', 0), exited('b', 0), exited('t', 0));
    expect(last.actions).toEqual(['kill s for stop']);
    expect(transition(pod, last.life, exited('s', 0)).life.stage).toBe('finished');
  });

  it('a pod whose main containers are done ends its sidecars and has succeeded', () => {
    const pod = plan([sidecar('s'), planned('a', { restartPolicy: 'OnFailure' })]);
    const up = [prepared, started('s'), started('a'), exited('a', 0)];
    expect(play(pod, ...up).actions).toEqual(['kill s for stop']);
    expect(podPhase(pod, play(pod, ...up).life)).toBe('Running');
    expect(podPhase(pod, play(pod, ...up, exited('s', 143)).life)).toBe('Succeeded');
  });

  it('one failed container makes the phase Failed', () => {
    const pod = plan([planned('a', { restartPolicy: 'Never' }), planned('b', { restartPolicy: 'Never' })]);
    const { life } = play(pod, prepared, started('a'), started('b'), exited('a', 0), exited('b', 3));
    expect(podPhase(pod, life)).toBe('Failed');
  });

  it('what starts while the pod stops is ended at once', () => {
    const pod = plan([planned('a')]);
    const { life, actions } = play(pod, prepared, stop, started('a'));
    expect(life.stage).toBe('stopping');
    expect(actions).toEqual(['kill a for stop']);
  });

  it('what waits for its restart is not restarted any more', () => {
    const pod = plan([planned('a')]);
    const crashed = [prepared, started('a'), exited('a', 1), started('a'), exited('a', 1)];
    const { life } = play(pod, ...crashed, stop);
    expect(life.stage).toBe('finished');
    expect(life.containers.get('a')?.run.state).toBe('terminated');
  });

  it('a deadline fails the pod', () => {
    const pod = plan([planned('a')]);
    const deadline: PodEvent = { kind: 'pod-failed', reason: 'DeadlineExceeded', message: 'too long' };
    const { life, actions } = play(pod, prepared, started('a'), deadline);
    expect(actions).toEqual(['kill a for stop']);
    expect(podPhase(pod, life)).toBe('Failed');
  });

  it('stopping before anything was made is finished at once', () => {
    expect(play(plan([planned('a')]), stop).life.stage).toBe('finished');
  });
});

const ready = (ok: boolean): PodEvent => ({ kind: 'probed', container: 'a', probe: 'readiness', ok });

describe('readiness', () => {
  it('a container with a readiness probe is ready by the probe, and not ready again', () => {
    const pod = plan([planned('a', { hasReadinessProbe: true })]);
    const isReady = (...events: readonly PodEvent[]): unknown =>
      play(pod, prepared, started('a'), ...events).life.containers.get('a')?.run;
    expect(isReady()).toMatchObject({ ready: false });
    expect(isReady(ready(true))).toMatchObject({ ready: true });
    expect(isReady(ready(true), ready(false))).toMatchObject({ ready: false });
  });
});

describe('another process', () => {
  const at = 50_000;
  const resumed: PodEvent = { kind: 'resumed', at };

  it('probes what runs, and leaves it as it is', () => {
    const pod = plan([planned('a', { hasReadinessProbe: true }), planned('b', { hasStartupProbe: true })]);
    const before = play(pod, prepared, started('a'), ready(true), started('b'));
    const after = transition(pod, before.life, resumed);
    expect(after.actions.map(describeAction)).toEqual(['probe a steady', 'probe b startup']);
    expect(after.life).toEqual(before.life);
  });

  it('does not run postStart again', () => {
    const pod = plan([planned('a', { hasPostStart: true })]);
    expect(play(pod, prepared, started('a'), resumed).actions).toEqual(['probe a steady']);
  });

  it('starts what was being started, as the same attempt', () => {
    const pod = plan([planned('a')]);
    expect(play(pod, prepared, resumed).actions).toEqual(['start a 0']);
    expect(play(pod, prepared, started('a'), exited('a', 1), resumed).actions).toEqual(['start a 1']);
  });

  it('waits for a restart as long as it would have been waited for', () => {
    const pod = plan([planned('a')]);
    const crashes = [prepared, started('a'), exited('a', 1, 1000), started('a', 1000), exited('a', 1, 2000)];
    expect(play(pod, ...crashes, resumed).actions).toEqual(['wake a at 12000']);
  });

  it('tries again what was refused', () => {
    const refusal = { kind: 'refused', container: 'a', reason: 'r', message: 'm', at: 0 } as const;
    expect(play(plan([planned('a')], 5000), prepared, refusal, resumed).actions).toEqual(['wake a at 55000']);
  });

  it('goes on ending what was being ended, and starts nothing then', () => {
    const pod = plan([sidecar('s'), planned('a'), planned('b')]);
    const up = [prepared, started('s'), started('a')];
    const { life, actions } = play(pod, ...up, stop, resumed);
    expect(actions).toEqual(['kill a for stop']);
    expect(life.containers.get('b')?.run.state).toBe('pending');
    expect(play(pod, ...up, stop, exited('a', 0), resumed).actions).toEqual(['kill s for stop']);
  });

  it('has nothing to do for what is over', () => {
    const pod = plan([planned('a', { restartPolicy: 'Never' })]);
    expect(play(pod, prepared, started('a'), exited('a', 0), resumed).actions).toEqual([]);
  });
});

describe('a sandbox that is gone', () => {
  const lost: Termination = {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: undefined,
    startedAt: 0,
    finishedAt: 9,
  };
  const gone = (...names: readonly string[]): PodEvent => ({
    kind: 'sandbox-changed',
    ends: new Map(names.map((name) => [name, lost])),
  });

  it('makes the pod begin again from its first init container, and what has run counts a restart', () => {
    const pod = plan([init('i'), planned('a'), planned('b')]);
    const up = [prepared, started('i'), exited('i', 0), started('a')];
    const { life } = play(pod, ...up, gone('a'));
    expect(life.stage).toBe('preparing');
    expect(life.containers.get('a')).toMatchObject({ restartCount: 1, lastTermination: lost });
    expect(life.containers.get('b')).toEqual({ run: { state: 'pending' }, restartCount: 0 });
    expect(play(pod, ...up, gone('a'), prepared).actions).toEqual(['start i 1']);
  });

  it('ends a pod that never restarts, unless nothing of it has run', () => {
    const pod = plan([planned('a', { restartPolicy: 'Never' })]);
    const { life } = play(pod, prepared, started('a'), gone('a'));
    expect(life.stage).toBe('finished');
    expect(podPhase(pod, life)).toBe('Failed');
    expect(play(pod, prepared, gone()).life.stage).toBe('preparing');
  });

  it('fails a pod that never restarts and was still initializing', () => {
    const pod = plan([{ ...init('i'), restartPolicy: 'Never' }, planned('a', { restartPolicy: 'Never' })]);
    const { life } = play(pod, prepared, started('i'), gone('i'));
    expect(podPhase(pod, life)).toBe('Failed');
  });

  it('under OnFailure leaves alone what has succeeded', () => {
    const pod = plan([
      planned('a', { restartPolicy: 'OnFailure' }),
      planned('b', { restartPolicy: 'OnFailure' }),
    ]);
    const { actions } = play(pod, prepared, started('a'), started('b'), exited('a', 0), gone('b'), prepared);
    expect(actions).toEqual(['start b 1']);
  });

  it('ends a pod that was ending', () => {
    const { life } = play(plan([planned('a')]), prepared, started('a'), stop, gone('a'));
    expect(life).toMatchObject({ stage: 'finished', cause: { kind: 'requested' } });
  });

  it('after a halt is made again, for all that the halt had ended', () => {
    const pod = plan([planned('a')]);
    const halt: PodEvent = { kind: 'halt-requested', graceSeconds: undefined };
    const halted = [prepared, started('a'), halt, exited('a', 143)];
    expect(play(pod, ...halted).life.stage).toBe('finished');
    expect(podPhase(pod, play(pod, ...halted).life)).toBe('Running');
    expect(play(pod, ...halted, gone(), prepared).actions).toEqual(['start a 1']);
  });
});

describe('another image', () => {
  const changed: PodEvent = { kind: 'definition-changed', container: 'a', at: 7 };

  it('ends its container and starts it again, whatever the restart policy says', () => {
    const pod = plan([planned('a', { restartPolicy: 'Never' })]);
    expect(play(pod, prepared, started('a'), changed).actions).toEqual(['kill a for changed']);
    expect(play(pod, prepared, started('a'), changed, exited('a', 143)).actions).toEqual(['start a 1']);
  });

  it('ends the wait for a restart', () => {
    const pod = plan([planned('a')]);
    const crashes = [prepared, started('a'), exited('a', 1), started('a'), exited('a', 1)];
    expect(play(pod, ...crashes, changed).actions).toEqual(['start a 2']);
  });

  it('leaves an init container alone', () => {
    const changedInit: PodEvent = { kind: 'definition-changed', container: 'i', at: 7 };
    const pod = plan([init('i'), planned('a')]);
    expect(play(pod, prepared, started('i'), changedInit).actions).toEqual([]);
  });
});

describe('a plan that grows', () => {
  it('has its new ephemeral containers started', () => {
    const before = play(plan([planned('a')]), prepared, started('a'));
    const grown = plan([planned('a'), planned('e', { type: 'ephemeral', restartPolicy: 'Never' })]);
    const { actions } = transition(grown, before.life, { kind: 'plan-grew' });
    expect(actions.map(describeAction)).toEqual(['start e 0']);
  });
});
