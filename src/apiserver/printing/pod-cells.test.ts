import { describe, expect, test } from 'vitest';
import { NOW_MS } from '../../../test/support/kinds.ts';
import type { Container, Pod } from '../../kube/pod.ts';
import type { ContainerState, ContainerStatus, PodStatus } from '../../kube/pod-status.ts';
import { podCells } from './pod-cells.ts';

function status(state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus {
  return {
    name: 'c',
    state,
    lastState: {},
    ready: false,
    started: false,
    restartCount: 0,
    image: 'i',
    imageID: '',
    ...more,
  };
}

interface Given {
  readonly status?: Partial<PodStatus>;
  readonly init?: readonly Container[];
  readonly metadata?: Pod['metadata'];
}

function cells(given: Given): ReturnType<typeof podCells> {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: given.metadata ?? {},
    spec: { containers: [{ name: 'c' }], ...(given.init && { initContainers: given.init }) },
    status: { phase: 'Running', conditions: [], qosClass: 'BestEffort', ...given.status },
  };
  return podCells(pod, NOW_MS);
}

const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const waiting = (reason: string): ContainerState => ({ waiting: { reason } });
const ended = (exitCode: number, reason: string): ContainerState => ({ terminated: { exitCode, reason } });

function statusOf(state: ContainerState): string {
  return cells({ status: { phase: 'Pending', containerStatuses: [status(state)] } }).status;
}

describe('STATUS', () => {
  test('is the reason why a container waits or ended', () => {
    expect(statusOf(waiting('CreateContainerConfigError'))).toBe('CreateContainerConfigError');
    expect(statusOf(ended(1, 'Error'))).toBe('Error');
    expect(statusOf(ended(0, 'Completed'))).toBe('Completed');
    expect(statusOf({ terminated: { exitCode: 137, signal: 9, reason: '' } })).toBe('Signal:9');
    expect(statusOf(ended(3, ''))).toBe('ExitCode:3');
  });

  test("is the pod's own reason, or its phase", () => {
    expect(cells({ status: { phase: 'Failed', reason: 'Evicted' } }).status).toBe('Evicted');
    expect(cells({ status: { phase: 'Pending' } }).status).toBe('Pending');
  });

  test('is Terminating while a deleted pod has not ended', () => {
    const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(cells({ metadata }).status).toBe('Terminating');
    expect(cells({ metadata, status: { phase: 'Succeeded' } }).status).toBe('Succeeded');
  });

  test('is Running when one container has ended well beside one that is ready', () => {
    const containerStatuses = [status(ended(0, 'Completed')), status(running, { name: 'd', ready: true })];
    const ready = { type: 'Ready', status: 'True', lastTransitionTime: '' } as const;
    expect(cells({ status: { containerStatuses, conditions: [ready] } }).status).toBe('Running');
    expect(cells({ status: { containerStatuses } }).status).toBe('NotReady');
  });

  test('tells the init containers that are left', () => {
    const init = [{ name: 'a' }, { name: 'b' }];
    const initStatusOf = (...states: readonly ContainerState[]): string => {
      const initContainerStatuses = states.map((it, index) => status(it, { name: init[index]?.name ?? '' }));
      return cells({ init, status: { phase: 'Pending', initContainerStatuses } }).status;
    };
    expect(initStatusOf(running, waiting('PodInitializing'))).toBe('Init:0/2');
    expect(initStatusOf(ended(0, 'Completed'), waiting('PodInitializing'))).toBe('Init:1/2');
    expect(initStatusOf(waiting('CrashLoopBackOff'))).toBe('Init:CrashLoopBackOff');
    expect(initStatusOf(ended(2, 'Error'))).toBe('Init:Error');
    expect(initStatusOf(ended(2, ''))).toBe('Init:ExitCode:2');
  });
});

describe('READY and RESTARTS', () => {
  test('count ready containers, and how long ago the last restart was', () => {
    const lastState = { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-01-01T00:55:00Z' } };
    const containerStatuses = [status(running, { ready: true, restartCount: 3, lastState })];
    expect(cells({ status: { containerStatuses } })).toEqual({
      ready: '1/1',
      status: 'Running',
      restarts: '3 (5m ago)',
    });
  });

  test('a sidecar counts, an init container that has ended does not', () => {
    const init: readonly Container[] = [{ name: 'once' }, { name: 'proxy', restartPolicy: 'Always' }];
    const initContainerStatuses = [
      status(ended(0, 'Completed'), { name: 'once', restartCount: 4 }),
      status(running, { name: 'proxy', ready: true, started: true, restartCount: 1 }),
    ];
    const containerStatuses = [status(running, { ready: true })];
    expect(cells({ init, status: { initContainerStatuses, containerStatuses } })).toEqual({
      ready: '2/2',
      status: 'Running',
      restarts: '1',
    });
  });
});
