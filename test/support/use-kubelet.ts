import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { KubeletPort } from '../../src/apiserver/kubelet-port.ts';
import type { Event } from '../../src/kube/event.ts';
import type { Pod, PodSpec } from '../../src/kube/pod.ts';
import type { ContainerStatus } from '../../src/kube/pod-status.ts';
import { createEventRecorder } from '../../src/kubelet/event-recorder.ts';
import { lookupOf } from '../../src/kubelet/lookup-of.ts';
import { type Kubelet, type KubeletSettings, openKubelet } from '../../src/kubelet/open-kubelet.ts';
import { adoptPods } from '../../src/node/adopt-pods.ts';
import type { NodePorts } from '../../src/node/node-ports.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { type LivingApi, openLivingApi } from './living-api.ts';
import { canRunContainers } from './machine.ts';
import { openTestNode, type TestNode, testPod } from './test-node.ts';

export const nodeName = 'test-node';
/** As the kubelet, in less time. */
export const quick: KubeletSettings = {
  nodeName,
  retryMs: 300,
  imageBackOff: { initialMs: 300, maxMs: 1200, resetAfterMs: 60_000 },
};
/** Ends at once when asked to. */
export const idle = 'trap "exit 0" TERM; sleep 1000 & wait';

/** Streams and proofs have tests of their own. */
const never = (): Promise<never> => Promise.reject(new Error('not carried out here'));
const port: KubeletPort = {
  readLogs: never,
  exec: never,
  attach: never,
  connect: never,
  prove: never,
  drift: never,
  metrics: never,
};

export interface KubeletUnderTest {
  readonly node: TestNode;
  readonly api: LivingApi;
  readonly kubelet: Kubelet;
  /** With an API that has nothing, or with the one from before. */
  readonly open: (settings?: KubeletSettings, ports?: Partial<NodePorts>, api?: LivingApi) => Promise<void>;
  readonly apply: (spec: PodSpec, name?: string) => Promise<Pod>;
  readonly find: (name?: string) => Pod | undefined;
  /** The status of a pod's first container. */
  readonly first: (name?: string) => ContainerStatus | undefined;
  readonly running: (pod: Pod) => RunningPod | undefined;
  /** Host pid of a pod's first container. */
  readonly pidOf: (pod: Pod) => number;
  readonly events: (name?: string) => readonly Event[];
  /** The events about a pod: `TYPE REASON MESSAGE`. */
  readonly told: (name?: string) => readonly string[];
  /** What is on disk of pods. */
  readonly podDirs: () => readonly string[];
}

/** A kubelet for a file's tests; after each of them its pods are gone, and nothing is left of them. */
export function useKubelet(): KubeletUnderTest {
  let node: TestNode | undefined;
  let api = openLivingApi();
  let kubelet: Kubelet | undefined;
  const opened = (): TestNode => {
    if (node === undefined) throw new Error('the node is opened before the first test');
    return node;
  };
  const ours = (): Kubelet => {
    if (kubelet === undefined) throw new Error('the test opens its kubelet first');
    return kubelet;
  };
  const podDirs = (): readonly string[] => {
    const dir = join(opened().dirs.lib, 'pods');
    return existsSync(dir) ? readdirSync(dir) : [];
  };
  beforeAll(async () => {
    if (canRunContainers()) node = await openTestNode();
  });
  afterEach(async () => {
    if (kubelet === undefined) return;
    for (const { metadata } of api.list('Pod'))
      await api.delete('Pod', metadata.namespace ?? '', metadata.name ?? '', { graceSeconds: 0 });
    await expect.poll(podDirs, { timeout: 10_000 }).toEqual([]);
    await kubelet.close('keep');
    kubelet = undefined;
  });
  afterAll(() => node?.remove());
  const find = (name = 'web'): Pod | undefined => api.get('Pod', 'default', name);
  const events = (name = 'web'): readonly Event[] =>
    api.list('Event').filter(({ involvedObject }) => involvedObject.name === name);
  const running = ({ metadata }: Pod): RunningPod | undefined => ours().findPod(metadata.uid ?? '');
  return {
    get node() {
      return opened();
    },
    get api() {
      return api;
    },
    get kubelet() {
      return ours();
    },
    open: async (settings = quick, ports = {}, from = openLivingApi()) => {
      api = from;
      const ofNode = { ...opened(), lookup: lookupOf(api), ...ports };
      kubelet = await openKubelet({
        node: ofNode,
        api,
        recorder: createEventRecorder({ api, component: 'kubelet', host: nodeName, clock: ofNode.clock }),
        settings,
        adopt: (optionsOf) => adoptPods(ofNode, optionsOf),
        parts: () => ({ port }),
      });
    },
    apply: (spec, name = 'web') => api.create('Pod', testPod({ nodeName, ...spec }, name)),
    find,
    first: (name) => find(name)?.status?.containerStatuses?.[0],
    running,
    pidOf: (pod) => running(pod)?.containers()[0]?.runtimeContainer?.pid ?? 0,
    events,
    told: (name) => events(name).map(({ type, reason, message }) => `${type} ${reason} ${message}`),
    podDirs,
  };
}
