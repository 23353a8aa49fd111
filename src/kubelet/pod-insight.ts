import type { KubeletPort } from '../apiserver/kubelet-port.ts';
import type { EventRecorder, ObjectApi } from '../kube/object-api.ts';
import type { Pod } from '../kube/pod.ts';
import { ApiError } from '../kube/status.ts';
import type { Clock } from '../node/clock.ts';
import type { RunningPod } from '../node/running-pod.ts';
import { readDrift } from './drift/read-drift.ts';
import { createNodeMetrics } from './metrics/node-metrics.ts';
import type { KeptPods, KubeletParts } from './open-kubelet.ts';
import { createProver } from './proofs/create-prover.ts';

export interface PodInsightOptions {
  readonly pods: KeptPods;
  readonly api: ObjectApi;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  /** A proof that could not be made or kept. */
  readonly onProblem: (error: unknown) => void;
}

export interface PodInsight
  extends Required<Pick<KubeletParts, 'proofCondition'>>,
    Pick<KubeletPort, 'prove' | 'drift' | 'metrics'> {
  /** No proofs are made any more. */
  close(): Promise<void>;
}

/**
 * What only this node knows of its pods: whether the kernel confines them as their manifests ask, what they wrote, what
 * they use. That a pod has changed it learns from being asked for its condition, which its status is written with.
 */
export function openPodInsight({ pods, api, recorder, clock, onProblem }: PodInsightOptions): PodInsight {
  const prover = createProver({
    api,
    recorder,
    clock,
    onProven: ({ pod }) => pods.rewriteStatus(pod.metadata.uid ?? ''),
    onProblem,
  });
  const metrics = createNodeMetrics({ pods: () => pods.running(), seen: prover.seen, clock });
  return {
    proofCondition(pod) {
      metrics.onPodChanged(pod);
      return prover.condition(pod);
    },
    prove: async (pod) => prover.prove(runningPod(pods, pod)),
    drift: async (pod) => readDrift(runningPod(pods, pod)),
    metrics: () => metrics.text(),
    close: () => prover.close(),
  };
}

/** Throws `BadRequest` for one that has not come to this node, or has left it. */
function runningPod(pods: KeptPods, { metadata }: Pod): RunningPod {
  const found = pods.findPod(metadata.uid ?? '');
  if (found !== undefined) return found;
  throw new ApiError('BadRequest', `pod ${metadata.name ?? ''} does not run on this node`);
}
