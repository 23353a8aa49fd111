import { expect, test } from 'vitest';
import type { ContainerState, PodStatus } from '../../kube/pod-status.ts';
import { chooseLog } from './choose-log.ts';

const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const terminated: ContainerState = { terminated: { exitCode: 1, reason: 'Error' } };
const waiting = (reason: string): ContainerState => ({ waiting: { reason } });

function choose(state: ContainerState, lastState: ContainerState, previous = false): unknown {
  const container = {
    name: 'c',
    state,
    lastState,
    ready: false,
    started: false,
    restartCount: 0,
    image: '',
    imageID: '',
  };
  const status: PodStatus = {
    phase: 'Running',
    conditions: [],
    qosClass: 'BestEffort',
    containerStatuses: [container],
  };
  return chooseLog('p', status, 'c', previous);
}

test('of a container that runs or has ended it is the current log', () => {
  expect(choose(running, {})).toEqual({ run: 'last', isLive: true });
  expect(choose(terminated, {})).toEqual({ run: 'last', isLive: false });
});

test('of a container that waits for its restart it is the one of its last run, with previous as well', () => {
  expect(choose(waiting('CrashLoopBackOff'), terminated)).toEqual({ run: 'last', isLive: false });
  expect(choose(waiting('CrashLoopBackOff'), terminated, true)).toEqual({ run: 'last', isLive: false });
});

test('with previous it is the log before the current one', () => {
  expect(choose(running, terminated, true)).toEqual({ run: 'previous', isLive: false });
  expect(choose(terminated, terminated, true)).toEqual({ run: 'previous', isLive: false });
});

test.each([
  [running, true, 'previous terminated container "c" in pod "p" not found'],
  [waiting('ContainerCreating'), false, 'container "c" in pod "p" is waiting to start: ContainerCreating'],
  [waiting('ErrImagePull'), false, `container "c" in pod "p" is waiting to start: image can't be pulled`],
  [
    waiting('ImagePullBackOff'),
    false,
    'container "c" in pod "p" is waiting to start: trying and failing to pull image',
  ],
  [{}, false, 'container "c" in pod "p" is waiting to start - no logs yet'],
])('%j with previous %s has none', (state, previous, message) => {
  expect(() => choose(state, {}, previous)).toThrow(message);
});

test('a container without a status has none', () => {
  expect(() => chooseLog('p', undefined, 'c', false)).toThrow('container "c" in pod "p" is not available');
});
