import type { KubeletPort } from '../apiserver/kubelet-port.ts';
import type { EventRecorder, ObjectApi } from '../kube/object-api.ts';
import type { Pod } from '../kube/pod.ts';
import type { PodCondition } from '../kube/pod-status.ts';
import type { BackOffRule } from '../node/back-off.ts';
import type { NodePorts } from '../node/node-ports.ts';
import { startPod } from '../node/run-pod.ts';
import type { PodOptions, RunningPod } from '../node/running-pod.ts';
import type { RuntimeContainer } from '../runtime/engine.ts';
import { KeptPod, type PodKeeping } from './kept-pod.ts';
import { type ReferredKind, referenceTo, referredKinds } from './pod-references.ts';
import { rejectPod } from './reject-pod.ts';
import { reportEvent } from './report-event.ts';
import { kubeletLogRotation, type LogRotation, rotateLogs } from './rotate-logs.ts';

export interface KubeletSettings {
  readonly nodeName: string;
  /** Until a refused container or pod is tried again; about 10 s by default, as the kubelet's workers do. */
  readonly retryMs?: number;
  readonly backOff?: BackOffRule;
  readonly imageBackOff?: BackOffRule;
  readonly logRotation?: LogRotation;
  /** Between looks at the length of logs; 10 s by default. */
  readonly logCheckMs?: number;
}

/** The pods that run here, for those parts that look into them. */
export interface KeptPods {
  findPod(uid: string): RunningPod | undefined;
  running(): readonly RunningPod[];
  /** What `proofCondition` says of the pod has changed. */
  rewriteStatus(uid: string): void;
}

/** What is told and done of pods that run. */
export interface KubeletParts {
  readonly port: KubeletPort;
  /** The pod's `ConfinementProven`, as soon as there is one. */
  readonly proofCondition?: (pod: RunningPod) => PodCondition | undefined;
  /** Nothing is looked at any more. */
  close?(): Promise<void>;
}

export interface KubeletRequest {
  readonly node: NodePorts;
  readonly api: ObjectApi;
  readonly recorder: EventRecorder;
  readonly settings: KubeletSettings;
  readonly parts: (pods: KeptPods) => KubeletParts;
  /** The pods that an earlier process of this node has left, each to be kept with its options: `adoptPods`. */
  readonly adopt?: (optionsOf: (pod: Pod) => PodOptions) => Promise<readonly RunningPod[]>;
  /** Instead of the node's own, in tests. */
  readonly startPod?: typeof startPod;
}

export interface Kubelet {
  readonly port: KubeletPort;
  findPod(uid: string): RunningPod | undefined;
  /**
   * `keep`: containers go on, and the next process adopts them. `halt`: they end, and it begins them again; once `hurry` is
   * aborted, without what is left of their time to end.
   */
  close(pods: 'keep' | 'halt', hurry?: AbortSignal): Promise<void>;
}

const defaultRetryMs = 10_000;
const logCheckMs = 10_000;
/** Tokens of service accounts last an hour at least, of which this is little. */
const tokenCheckMs = 300_000;

/**
 * The pods of the API that have this node's name become running pods, and what becomes of them goes back as their status
 * and events. Returns when those that ran before are adopted and all others are being started.
 */
export async function openKubelet(request: KubeletRequest): Promise<Kubelet> {
  const { node, api, recorder, settings } = request;
  const { clock } = node;
  const pods = new Map<string, KeptPod>();
  const kept = keptPods(pods);
  const parts = request.parts(kept);
  const closing = new AbortController();
  const optionsOf = (pod: Pod): PodOptions => ({
    keeper: 'node',
    retryRefusedMs: settings.retryMs ?? defaultRetryMs,
    ...(settings.backOff && { backOff: settings.backOff }),
    ...(settings.imageBackOff && { imageBackOff: settings.imageBackOff }),
    onEvent: (event) => reportEvent({ api, recorder }, pod, event),
  });
  const start = request.startPod ?? startPod;
  const keeping: PodKeeping = {
    api,
    recorder,
    clock,
    start: (pod) => start(node, pod, optionsOf(pod)),
    reject: (pod) => rejectPod(pod, api.get('Node', '', settings.nodeName)),
    proof: (pod) => parts.proofCondition?.(pod),
    retryMs: settings.retryMs ?? defaultRetryMs,
    forget: (uid) => pods.delete(uid),
  };
  const adopted = new Map(
    ((await request.adopt?.(optionsOf)) ?? []).map((pod) => [pod.pod.metadata.uid ?? '', pod]),
  );
  const unwatch = [watchPods(keeping, settings.nodeName, pods, adopted), ...watchReferences(api, pods)];
  // Their pods were deleted while nobody looked after them.
  const orphans = [...adopted.values()].map((pod) => pod.stop(0).catch(() => {}));
  const background = [
    repeat(settings.logCheckMs ?? logCheckMs, () => rotate(request, kept)),
    repeat(tokenCheckMs, async () =>
      kept
        .running()
        .filter(hasToken)
        .forEach((pod) => pod.refresh()),
    ),
    ...orphans,
  ];
  return {
    port: parts.port,
    findPod: (uid) => kept.findPod(uid),
    async close(how, hurry) {
      closing.abort();
      for (const stop of unwatch) stop();
      await parts.close?.();
      await Promise.all([...[...pods.values()].map((pod) => pod.close(how, hurry)), ...background]);
    },
  };

  async function repeat(everyMs: number, work: () => Promise<void>): Promise<void> {
    while (!closing.signal.aborted) {
      await clock.sleep(everyMs, closing.signal);
      if (!closing.signal.aborted) await work();
    }
  }
}

function keptPods(pods: ReadonlyMap<string, KeptPod>): KeptPods {
  return {
    findPod: (uid) => pods.get(uid)?.running,
    running: () => [...pods.values()].flatMap(({ running }) => (running === undefined ? [] : [running])),
    rewriteStatus: (uid) => pods.get(uid)?.rewriteStatus(),
  };
}

/** Takes what it finds out of `adopted`. */
function watchPods(
  keeping: PodKeeping,
  nodeName: string,
  pods: Map<string, KeptPod>,
  adopted: Map<string, RunningPod>,
): () => void {
  return keeping.api.watch('Pod', ({ type, object }) => {
    const { uid = '' } = object.metadata;
    const known = pods.get(uid);
    if (known !== undefined) return known.see(type === 'DELETED' ? undefined : object);
    if (type === 'DELETED' || object.spec.nodeName !== nodeName) return;
    const running = adopted.get(uid);
    adopted.delete(uid);
    pods.set(uid, new KeptPod(keeping, object, running));
  });
}

function watchReferences(api: ObjectApi, pods: ReadonlyMap<string, KeptPod>): readonly (() => void)[] {
  return referredKinds.map((kind: ReferredKind) => {
    let isReplay = true;
    const unwatch = api.watch(kind, ({ type, object }) => {
      if (isReplay || type === 'DELETED') return;
      const { namespace = 'default', name } = object.metadata;
      const reference = referenceTo(kind, name);
      for (const pod of pods.values())
        if (pod.namespace === namespace && pod.refersTo(reference)) pod.refresh();
    });
    isReplay = false;
    return unwatch;
  });
}

async function rotate({ node, settings }: KubeletRequest, pods: KeptPods): Promise<void> {
  const containers = pods.running().flatMap((pod) => pod.containers().flatMap(liveContainer));
  await rotateLogs(node.engine, containers, node.clock.now(), settings.logRotation ?? kubeletLogRotation);
}

function liveContainer({
  status,
  runtimeContainer,
}: ReturnType<RunningPod['containers']>[number]): readonly RuntimeContainer[] {
  return status.state.running === undefined || runtimeContainer === undefined ? [] : [runtimeContainer];
}

function hasToken({ pod }: RunningPod): boolean {
  return (pod.spec.volumes ?? []).some(({ projected }) =>
    (projected?.sources ?? []).some((source) => source.serviceAccountToken !== undefined),
  );
}
