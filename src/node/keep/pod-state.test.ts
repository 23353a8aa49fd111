import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerLife, ContainerRun, Termination } from '../container-life.ts';
import type { PodLife, PodStage, StopCause } from '../pod-life.ts';
import { decodePodState } from './decode-pod-state.ts';
import { encodePodState } from './encode-pod-state.ts';
import type { PodState } from './pod-state.ts';

const time = fc.integer({ min: 0, max: 2 ** 45 });
const text = fc.string({ maxLength: 20 });

const termination: fc.Arbitrary<Termination> = fc.record(
  {
    exitCode: fc.integer({ min: 0, max: 255 }),
    reason: fc.constantFrom('Completed', 'Error', 'OOMKilled', 'StartError', 'ContainerStatusUnknown'),
    message: fc.option(text, { nil: undefined }),
    startedAt: fc.option(time, { nil: undefined }),
    finishedAt: time,
    containerID: text,
  },
  { requiredKeys: ['exitCode', 'reason', 'message', 'startedAt', 'finishedAt'] },
);

const run: fc.Arbitrary<ContainerRun> = fc.oneof(
  fc.constantFrom<ContainerRun>({ state: 'pending' }, { state: 'starting' }),
  fc.record({ state: fc.constant('refused' as const), reason: text, message: text }),
  fc.record({
    state: fc.constant('running' as const),
    startedAt: time,
    step: fc.constantFrom('post-start' as const, 'startup-probe' as const, 'up' as const),
    ready: fc.boolean(),
    killedFor: fc.constantFrom(undefined, 'stop', 'startup', 'liveness', 'post-start', 'changed'),
  }),
  fc.record({ state: fc.constant('backing-off' as const), delayMs: time, termination }),
  fc.record({ state: fc.constant('terminated' as const), termination }),
);

const container: fc.Arbitrary<ContainerLife> = fc.record(
  {
    run,
    restartCount: fc.nat(),
    lastTermination: termination,
    backOff: fc.record({ delayMs: time, lastAt: time }),
  },
  { requiredKeys: ['run', 'restartCount'] },
);

const cause: fc.Arbitrary<StopCause> = fc.oneof(
  fc.record({ kind: fc.constantFrom('completed', 'init-failed', 'requested', 'halted') }),
  fc.record({ kind: fc.constant('failed' as const), reason: text, message: text }),
);

const stage: fc.Arbitrary<PodStage> = fc.oneof(
  fc.constantFrom<PodStage>({ stage: 'preparing' }, { stage: 'running' }),
  fc.record({ stage: fc.constant('refused' as const), reason: text, message: text }),
  fc.record({ stage: fc.constant('initializing' as const), current: fc.nat() }),
  fc.record({
    stage: fc.constant('stopping' as const),
    cause,
    graceSeconds: fc.option(fc.nat(), { nil: undefined }),
  }),
  fc.record({ stage: fc.constant('finished' as const), cause }),
);

const names = ['a', 'b', 'constructor'];
const life: fc.Arbitrary<PodLife> = fc
  .tuple(stage, fc.tuple(container, container, container))
  .map(([of, lives]) => ({
    ...of,
    containers: new Map(lives.map((one, index) => [names[index] ?? '', one])),
  }));

const dir = '/root/lib/pods/uid';

function stateOf(of: PodLife): PodState {
  return {
    bootId: 'boot',
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'default', uid: 'uid', labels: { a: 'b' } },
      spec: { containers: names.map((name) => ({ name, image: 'x:1' })) },
    },
    withoutNetwork: false,
    startedAt: 5,
    stopDeadline: 7,
    life: of,
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-02T03:04:05Z' }],
    prepared: {
      sandbox: {
        id: 'uid',
        dir,
        hostname: 'web',
        user: { mode: 'pod', size: 65_536, hostId: 131_072 },
        namespacePaths: { user: `${dir}/mounts/ns/user`, network: `${dir}/mounts/ns/net` },
        ips: ['10.0.0.2'],
        cgroupPath: '/podproof/uid',
      },
      volumes: [
        {
          name: 'v',
          root: `${dir}/volumes/v`,
          path: '',
          idMapped: true,
          ownership: 'fsGroup',
          honoursChangePolicy: false,
          sizeLimit: { bytes: 5, text: '5' },
        },
      ],
    },
    runs: new Map([
      [
        'a',
        {
          attempt: 3,
          startedAt: 9,
          imageName: 'x:1',
          imageDigest: 'sha256:1',
          process: { dir: `${dir}/containers/a-3`, pid: 12, startTime: 34 },
        },
      ],
    ]),
  };
}

/** Written and read. */
function through(state: PodState): PodState {
  return decodePodState(JSON.parse(encodePodState(state)), dir);
}

/** A state with one thing changed in its file. */
function damaged(change: (content: Record<string, unknown>) => void): () => PodState {
  const state = stateOf({ stage: 'running', containers: new Map() });
  // oxlint-disable-next-line no-unsafe-type-assertion -- written by the function under test
  const content = JSON.parse(encodePodState(state)) as Record<string, unknown>;
  content['runs'] = [];
  change(content);
  return () => decodePodState(content, dir);
}

describe('the state of a pod', () => {
  it('is read as it was written, whatever the life has come to', () => {
    fc.assert(
      fc.property(life, (of) => {
        expect(through(stateOf(of))).toEqual(stateOf(of));
      }),
    );
  });

  it('is read before anything is prepared', () => {
    const state = {
      ...stateOf({ stage: 'preparing', containers: new Map() }),
      prepared: undefined,
      stopDeadline: undefined,
      runs: new Map(),
    };
    expect(through(state)).toEqual(state);
  });

  it('holds neither the status nor the field managers of the API', () => {
    const state = stateOf({ stage: 'running', containers: new Map() });
    const metadata = { ...state.pod.metadata, managedFields: [{ manager: 'kubectl' }] };
    const text = encodePodState({ ...state, runs: new Map(), pod: { ...state.pod, metadata } });
    expect(text).not.toContain('managedFields');
  });

  it.each<[string, (content: Record<string, unknown>) => void]>([
    ['of another version', (content) => (content['version'] = 2)],
    ['with a field too many', (content) => (content['more'] = 1)],
    ['with a stage that there is not', (content) => (content['life'] = { stage: 'dancing', containers: [] })],
    ['that ends for no cause', (content) => (content['life'] = { stage: 'finished', containers: [] })],
    ['of a pod without containers', (content) => (content['pod'] = { spec: {} })],
    [
      'with a sandbox somewhere else',
      (content) => {
        const sandbox = stateOf({ stage: 'running', containers: new Map() }).prepared?.sandbox;
        content['sandbox'] = { ...sandbox, dir: '/etc' };
      },
    ],
    [
      'with the run of a container that it does not have',
      (content) =>
        (content['runs'] = [
          {
            container: 'z',
            attempt: 0,
            startedAt: 0,
            imageName: '',
            imageDigest: '',
            dir: `${dir}/containers/z-0`,
            pid: 1,
            startTime: 1,
          },
        ]),
    ],
  ])('%s is not read', (_, change) => {
    expect(damaged(change)).toThrow('cannot read the state of a pod');
  });
});
