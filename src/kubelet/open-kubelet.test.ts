import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LivingApi, openLivingApi } from '../../test/support/living-api.ts';
import { typicalPlatform } from '../confinement/platform.ts';
import type { EventRecorder } from '../kube/object-api.ts';
import type { Pod } from '../kube/pod.ts';
import type { PodStatus } from '../kube/pod-status.ts';
import { systemClock } from '../node/clock.ts';
import { createGate } from '../node/gate.ts';
import type { NodePorts } from '../node/node-ports.ts';
import type { PodOptions, RunningPod } from '../node/running-pod.ts';
import { type Kubelet, openKubelet } from './open-kubelet.ts';

/** A pod that does nothing but write down what is asked of it. */
interface FakePod extends RunningPod {
  readonly calls: string[];
  is(status: Partial<PodStatus>): void;
  letStop(): void;
}

const never = (): Promise<never> => Promise.reject(new Error('not carried out here'));
const calm: PodStatus = { phase: 'Pending', conditions: [], qosClass: 'BestEffort' };

function fakePod(pod: Pod): FakePod {
  const calls: string[] = [];
  const listeners = new Set<() => void>();
  const stops: (() => void)[] = [];
  const stopped = new Promise<void>((resolve) => stops.push(resolve));
  let status = calm;
  return {
    calls,
    pod,
    dir: '/x',
    findings: [],
    events: [],
    sandbox: undefined,
    status: () => status,
    containers: () => [],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    waitUntil: () => new Promise(() => {}),
    stop: (graceSeconds) => {
      calls.push(`stop ${graceSeconds}`);
      if (graceSeconds === 0) stops.forEach((stop) => stop());
      return stopped;
    },
    update: () => calls.push('update'),
    refresh: () => calls.push('refresh'),
    halt: async () => void calls.push('halt'),
    release: async () => void calls.push('release'),
    is: (changed) => {
      status = { ...status, ...changed };
      for (const listener of listeners) listener();
    },
    letStop: () => stops.forEach((stop) => stop()),
  };
}

let dir = '';
let api: LivingApi;
let kubelet: Kubelet | undefined;
let started: Map<string, FakePod>;
let told: string[];
let start: (pod: Pod) => Promise<FakePod>;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-kubelet-'));
  api = openLivingApi();
  started = new Map();
  told = [];
  start = async (pod) => fakePod(pod);
});
afterEach(async () => {
  for (const pod of started.values()) pod.letStop();
  await kubelet?.close('keep');
  rmSync(dir, { recursive: true, force: true });
});

const recorder: EventRecorder = {
  record: ({ type, reason, message, fieldPath = '' }) =>
    told.push([type, reason, message, fieldPath].join(' ').trim()),
};

async function open(adopted: readonly FakePod[] = []): Promise<Map<string, PodOptions>> {
  const options = new Map<string, PodOptions>();
  const engine: NodePorts['engine'] = {
    platform: typicalPlatform('containerd'),
    versions: { runtime: 'fake', monitor: 'fake', cni: 'fake' },
    createSandbox: never,
    removeSandbox: never,
    adoptSandbox: never,
    releaseSandbox: () => {},
    createContainer: never,
    startContainer: never,
    waitContainer: never,
    killContainer: never,
    removeContainer: never,
    exec: never,
    attach: never,
    reopenLog: never,
    findContainer: never,
    discardContainer: never,
  };
  kubelet = await openKubelet({
    node: {
      engine,
      images: { resolve: never, find: () => undefined, pull: never, isOffline: true },
      lookup: {
        configMap: () => undefined,
        secret: () => undefined,
        serviceAccount: () => undefined,
        persistentVolumeClaim: () => undefined,
        namespace: () => undefined,
      },
      dirs: { lib: dir, run: dir },
      clock: systemClock,
      nodeName: 'n',
      hostIP: undefined,
      clusterDns: undefined,
      serviceEnv: () => new Map(),
      allocatable: { cpuMillicores: 1, memoryBytes: 1, ephemeralStorageBytes: 1 },
      gate: createGate(1),
    },
    api,
    recorder,
    settings: { nodeName: 'n', retryMs: 30 },
    adopt: async () => adopted,
    parts: () => ({
      port: {
        readLogs: never,
        exec: never,
        attach: never,
        connect: never,
        prove: never,
        drift: never,
        metrics: never,
      },
      proofCondition: () => undefined,
    }),
    startPod: async (_, pod, given) => {
      const running = await start(pod);
      started.set(pod.metadata.name ?? '', running);
      if (given !== undefined) options.set(pod.metadata.name ?? '', given);
      return running;
    },
  });
  return options;
}

function pod(name: string, spec: Partial<Pod['spec']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { nodeName: 'n', containers: [{ name: 'c' }], ...spec },
  };
}

const callsOf = (name: string): readonly string[] => started.get(name)?.calls ?? [];
const statusOf = (name: string): PodStatus | undefined => api.get('Pod', 'default', name)?.status;

describe('a pod', () => {
  it('that cannot be started is told, tried again, and no other waits for it', async () => {
    let attempts = 0;
    start = async (wanted) => {
      if (wanted.metadata.name === 'bad' && (attempts += 1) < 3) throw new Error('no luck');
      return fakePod(wanted);
    };
    await open();
    await api.create('Pod', pod('bad'));
    await api.create('Pod', pod('good'));
    await expect.poll(() => started.has('good')).toBe(true);
    await expect.poll(() => started.has('bad')).toBe(true);
    expect(told).toEqual(Array.from({ length: 2 }, () => 'Warning FailedSync error syncing pod: no luck'));
  });

  it('that ends slowly keeps no other waiting, and is hurried by a deletion by force', async () => {
    await open();
    await api.create('Pod', pod('slow'));
    await expect.poll(() => started.has('slow')).toBe(true);
    await api.delete('Pod', 'default', 'slow', { graceSeconds: 30 });
    await expect.poll(() => callsOf('slow')).toContain('stop 30');
    await api.create('Pod', pod('next'));
    await expect.poll(() => started.has('next')).toBe(true);
    expect(api.get('Pod', 'default', 'slow')).toBeDefined();
    await api.delete('Pod', 'default', 'slow', { graceSeconds: 0 });
    await expect.poll(() => callsOf('slow')).toContain('stop 0');
  });

  it('is deleted from the API once it has ended, also when the first attempt fails', async () => {
    await open();
    const { metadata } = await api.create('Pod', pod('web'));
    await expect.poll(() => started.has('web')).toBe(true);
    await api.delete('Pod', 'default', 'web', { graceSeconds: 30 });
    await expect.poll(() => callsOf('web')).toContain('stop 30');
    // The status that it is flushed with has nothing new.
    await expect.poll(() => statusOf('web')?.phase).toBe('Pending');
    api.failNext(new Error('disk full'));
    started.get('web')?.letStop();
    await expect.poll(() => api.get('Pod', 'default', 'web')).toBeUndefined();
    expect(kubelet?.findPod(metadata.uid ?? '')).toBeUndefined();
  });

  it('that is over in the API is not started again', async () => {
    await api.create('Pod', { ...pod('done'), status: { ...calm, phase: 'Succeeded' } });
    await api.create('Pod', pod('new'));
    await open();
    await expect.poll(() => started.has('new')).toBe(true);
    expect(started.has('done')).toBe(false);
  });

  it('that was adopted goes on; one that the API does not know is ended', async () => {
    const known = await api.create('Pod', pod('known'));
    const [mine, stranger] = [
      fakePod(known),
      fakePod({ ...pod('stranger'), metadata: { name: 'stranger', uid: 's' } }),
    ];
    await open([mine, stranger]);
    await expect.poll(() => stranger.calls).toEqual(['stop 0']);
    expect(kubelet?.findPod(known.metadata.uid ?? '')).toBe(mine);
    expect(started.size).toBe(0);
  });

  it('whose labels, spec or image change is told, and of its own status it is not', async () => {
    await open();
    await api.create('Pod', pod('web'));
    await expect.poll(() => started.has('web')).toBe(true);
    started.get('web')?.is({ phase: 'Running' });
    await expect.poll(() => statusOf('web')?.phase).toBe('Running');
    expect(callsOf('web')).toEqual([]);
    await api.update('Pod', 'default', 'web', (it) => ({
      ...it,
      spec: { ...it.spec, containers: [{ name: 'c', image: 'x' }] },
    }));
    await expect.poll(() => callsOf('web')).toEqual(['update']);
  });

  it('hears of the objects that it names, in its namespace only', async () => {
    await open();
    await api.create('Pod', pod('web', { volumes: [{ name: 'v', secret: { secretName: 'key' } }] }));
    await expect.poll(() => started.has('web')).toBe(true);
    const secret = (name: string, namespace: string) =>
      api.create('Secret', { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
    await secret('key', 'other');
    await secret('lock', 'default');
    expect(callsOf('web')).toEqual([]);
    await secret('key', 'default');
    expect(callsOf('web')).toEqual(['refresh']);
  });

  it('has its events told about the list that its container is in', async () => {
    const options = await open();
    await api.create('Pod', pod('web', { initContainers: [{ name: 'i' }] }));
    await expect.poll(() => started.has('web')).toBe(true);
    for (const container of ['c', 'i', undefined])
      options.get('web')?.onEvent?.({ type: 'Normal', reason: 'R', message: 'm', container, at: 0 });
    expect(told).toEqual([
      'Normal R m spec.containers{c}',
      'Normal R m spec.initContainers{i}',
      'Normal R m',
    ]);
  });

  it('is let go or halted with the node, as that is asked', async () => {
    await open();
    await api.create('Pod', pod('a'));
    await expect.poll(() => started.has('a')).toBe(true);
    await kubelet?.close('halt');
    expect(callsOf('a')).toEqual(['halt']);
    started.get('a')?.is({ phase: 'Running' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(statusOf('a')?.phase).not.toBe('Running');
  });
});

describe('the status', () => {
  it('of a pod that is up within a moment is written once', async () => {
    await open();
    await api.create('Pod', pod('web'));
    await expect.poll(() => started.has('web')).toBe(true);
    const before = api.writes.get('Pod') ?? 0;
    const waiting = {
      name: 'c',
      lastState: {},
      ready: false,
      started: false,
      restartCount: 0,
      image: '',
      imageID: '',
    };
    started
      .get('web')
      ?.is({ containerStatuses: [{ ...waiting, state: { waiting: { reason: 'ContainerCreating' } } }] });
    started.get('web')?.is({ phase: 'Running' });
    await expect.poll(() => statusOf('web')?.phase).toBe('Running');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((api.writes.get('Pod') ?? 0) - before).toBe(1);
  });

  it('of many changes is the last one, in few writes', async () => {
    await open();
    await api.create('Pod', pod('web'));
    await expect.poll(() => started.has('web')).toBe(true);
    const before = api.writes.get('Pod') ?? 0;
    for (let turn = 0; turn < 100; turn += 1)
      started.get('web')?.is({ phase: 'Running', message: String(turn) });
    await expect.poll(() => statusOf('web')?.message).toBe('99');
    expect((api.writes.get('Pod') ?? 0) - before).toBeLessThanOrEqual(2);
  });
});
