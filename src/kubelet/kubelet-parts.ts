import type { KubeletPort } from '../apiserver/kubelet-port.ts';
import type { EventRecorder, ObjectApi } from '../kube/object-api.ts';
import type { Pod } from '../kube/pod.ts';
import { ApiError } from '../kube/status.ts';
import type { NodePorts } from '../node/node-ports.ts';
import type { RunningPod } from '../node/running-pod.ts';
import { readDrift } from './drift/read-drift.ts';
import { createNodeMetrics } from './metrics/node-metrics.ts';
import type { KeptPods, KubeletParts } from './open-kubelet.ts';
import { openStreams } from './open-streams.ts';
import { createProver } from './proofs/create-prover.ts';

export interface KubeletPartsRequest {
  readonly pods: KeptPods;
  readonly node: NodePorts;
  readonly api: ObjectApi;
  readonly recorder: EventRecorder;
  /** A proof that could not be made or kept. */
  readonly onProblem: (error: unknown) => void;
}

/** What is told and done of pods that run: their logs and streams, their proofs, their drift, their metrics. */
export function kubeletParts(request: KubeletPartsRequest): KubeletParts {
  const { pods, node, api, recorder, onProblem } = request;
  const { engine, clock } = node;
  const prover = createProver({
    api,
    recorder,
    clock,
    onProven: ({ pod }) => pods.rewriteStatus(pod.metadata.uid ?? ''),
    onProblem,
  });
  const metrics = createNodeMetrics({ pods: () => pods.running(), seen: prover.seen, clock });
  const port: KubeletPort = {
    ...openStreams({ engine, findPod: (uid) => pods.findPod(uid) }),
    prove: async (pod) => prover.prove(runningPod(pods, pod)),
    drift: async (pod) => readDrift(runningPod(pods, pod)),
    metrics: () => metrics.text(),
  };
  return {
    port,
    proofCondition: (pod) => {
      metrics.onPodChanged(pod);
      return prover.condition(pod);
    },
    close: () => prover.close(),
  };
}

function runningPod(pods: KeptPods, { metadata }: Pod): RunningPod {
  const { uid = '', name = '', namespace = '' } = metadata;
  const running = pods.findPod(uid);
  if (running !== undefined) return running;
  throw new ApiError('BadRequest', `pod "${name}" in namespace "${namespace}" does not run on this node yet`);
}
