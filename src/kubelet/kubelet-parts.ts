import type { NodePorts } from '../node/node-ports.ts';
import type { KubeletParts } from './open-kubelet.ts';
import { openStreams } from './open-streams.ts';
import { openPodInsight, type PodInsightOptions } from './pod-insight.ts';

export interface KubeletPartsRequest extends Omit<PodInsightOptions, 'clock'> {
  readonly node: NodePorts;
}

/** What is told and done of pods that run: their logs and streams, their proofs, their drift, their metrics. */
export function kubeletParts(request: KubeletPartsRequest): KubeletParts {
  const { pods, node } = request;
  const streams = openStreams({ engine: node.engine, findPod: (uid) => pods.findPod(uid) });
  const insight = openPodInsight({ ...request, clock: node.clock });
  return {
    port: { ...streams, ...insight },
    proofCondition: (pod) => insight.proofCondition(pod),
    close: () => insight.close(),
  };
}
