import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KINDS } from '../../src/apiserver/kinds.ts';
import { openObjectService } from '../../src/apiserver/open-object-service.ts';
import type { Clock } from '../../src/controllers/clock.ts';
import { startControllers } from '../../src/controllers/start-controllers.ts';
import type { ClusterNode } from '../../src/kube/cluster-node.ts';
import type { ObjectApi } from '../../src/kube/object-api.ts';
import type { Pod, PodSpec } from '../../src/kube/pod.ts';
import type { PodPhase, PodStatus } from '../../src/kube/pod-status.ts';

export interface RecordedEvent {
  readonly component: string;
  /** `Deployment/web`. */
  readonly about: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** The controllers over the real object service, with a clock that the test moves and a kubelet that it plays. */
export interface ControllerStory {
  readonly api: ObjectApi;
  readonly events: readonly RecordedEvent[];
  readonly errors: readonly string[];
  readonly removedDirectories: readonly string[];
  now(): number;
  /** Until no controller has anything to do. */
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
  pods(namespace?: string): readonly Pod[];
  /** What a kubelet reports of a pod; readiness changes now. */
  report(pod: Pod, phase: PodPhase, ready: boolean): Promise<void>;
  /** Ends pods that are on their way, and makes the others of the node ready, until nothing moves. */
  runPods(): Promise<void>;
  endTerminating(): Promise<void>;
  messages(about: string): readonly string[];
  close(): Promise<void>;
}

const nodeFacts: ClusterNode = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', labels: { 'kubernetes.io/hostname': 'n1', 'kubernetes.io/os': 'linux' } },
  spec: {},
  status: {
    capacity: { cpu: '4', memory: '8Gi', pods: '110' },
    allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
  },
};

export const pause: PodSpec = { containers: [{ name: 'c', image: 'registry.example/pause:1' }] };

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

export async function openControllerStory(): Promise<ControllerStory> {
  const dir = await mkdtemp(join(tmpdir(), 'podproof-controllers-'));
  let nowMs = Date.parse('2026-03-01T12:00:00Z');
  const sleepers = new Set<Sleeper>();
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (delayMs, signal) =>
      new Promise((resolve) => {
        const sleeper = { dueMs: nowMs + delayMs, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          resolve();
        });
      }),
  };
  const settings = {
    nodeName: 'n1',
    serviceCidr: '10.96.0.0/16',
    nodePortRange: { first: 30000, last: 32767 },
    clusterDomain: 'cluster.local',
  };
  const objects = await openObjectService({ dir, kinds: KINDS, settings, clock });
  const events: RecordedEvent[] = [];
  const errors: string[] = [];
  const removedDirectories: string[] = [];
  const api = objects.as({ username: 'test', groups: ['system:masters'] });
  const controllers = await startControllers({
    api: (name) => objects.as({ username: `system:${name}`, groups: ['system:masters'] }),
    recorder: (component) => ({
      record: ({ about, type, reason, message }) => {
        events.push({
          component,
          about: `${about.kind}/${about.metadata.name ?? ''}`,
          type,
          reason,
          message,
        });
      },
    }),
    settings: {
      ...settings,
      caPem: 'CA',
      apiEndpoint: { address: '10.88.0.1', port: 6443 },
      nodeFacts,
      claimsDir: '/claims',
    },
    ports: {
      removeClaimDirectory: async (namespace, name) => {
        removedDirectories.push(`${namespace}/${name}`);
      },
    },
    clock,
    onError: (controller, key, error) => errors.push(`${controller} ${key}: ${String(error)}`),
  });
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; quiet = controllers.idle ? quiet + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const advance = async (ms: number): Promise<void> => {
    const untilMs = nowMs + ms;
    await settle();
    for (;;) {
      const next = [...sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > untilMs) break;
      nowMs = Math.max(nowMs, next.dueMs);
      sleepers.delete(next);
      next.wake();
      await settle();
    }
    nowMs = untilMs;
  };
  const report = async (pod: Pod, phase: PodPhase, ready: boolean): Promise<void> => {
    const { namespace = '', name = '' } = pod.metadata;
    await api.update('Pod', namespace, name, (current) => withReport(current, phase, ready, nowMs), 'status');
  };
  const endTerminating = async (): Promise<void> => {
    for (const pod of api.list('Pod'))
      if (pod.metadata.deletionTimestamp !== undefined)
        await api.delete('Pod', pod.metadata.namespace ?? '', pod.metadata.name ?? '', { graceSeconds: 0 });
    await settle();
  };
  const runPods = async (): Promise<void> => {
    for (let left = 100; left > 0; left -= 1) {
      await settle();
      const waiting = api
        .list('Pod')
        .filter((it) => it.spec.nodeName === 'n1' && it.status?.phase === 'Pending');
      const ending = api.list('Pod').filter((it) => it.metadata.deletionTimestamp !== undefined);
      if (waiting.length === 0 && ending.length === 0) return;
      for (const pod of waiting) await report(pod, 'Running', true);
      await endTerminating();
    }
    throw new Error('the pods do not come to rest');
  };
  await settle();
  return {
    api,
    events,
    errors,
    removedDirectories,
    now: () => nowMs,
    settle,
    advance,
    pods: (namespace = 'default') => api.list('Pod', namespace),
    report,
    runPods,
    endTerminating,
    messages: (about) => events.filter((it) => it.about === about).map((it) => `${it.reason}: ${it.message}`),
    close: async () => {
      const closing = controllers.close();
      for (const sleeper of sleepers) sleeper.wake();
      await closing;
      await objects.close();
      await rm(dir, { recursive: true });
    },
  };
}

let addresses = 0;

function withReport(pod: Pod, phase: PodPhase, ready: boolean, nowMs: number): Pod {
  const before = pod.status?.conditions ?? [];
  const now = new Date(nowMs).toISOString().replace('.000', '');
  const status = ready ? 'True' : 'False';
  const others = before.filter((it) => it.type !== 'Ready');
  const present = before.find((it) => it.type === 'Ready');
  const since = present?.status === status ? present.lastTransitionTime : now;
  addresses += pod.status?.podIP === undefined ? 1 : 0;
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const next: PodStatus = {
    qosClass: 'BestEffort',
    podIP: `10.88.${Math.floor(addresses / 250)}.${(addresses % 250) + 2}`,
    ...pod.status,
    phase,
    conditions: [...others, { type: 'Ready', status, lastTransitionTime: since }],
    ...(isOver && {
      containerStatuses: pod.spec.containers.map(({ name, image = '' }) => ({
        name,
        image,
        imageID: '',
        ready: false,
        started: false,
        restartCount: 0,
        lastState: {},
        state: {
          terminated: {
            exitCode: phase === 'Failed' ? 1 : 0,
            reason: phase === 'Failed' ? 'Error' : 'Completed',
            finishedAt: now,
          },
        },
      })),
    }),
  };
  return { ...pod, status: next };
}
