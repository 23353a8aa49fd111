import type { EventRecorder, ObjectApi } from '../../kube/object-api.ts';
import { ApiError } from '../../kube/status.ts';
import type { KeptPods, KubeletParts } from '../../kubelet/open-kubelet.ts';
import { openStreams } from '../../kubelet/open-streams.ts';
import type { NodePorts } from '../../node/node-ports.ts';

interface PartsRequest {
  readonly node: NodePorts;
  readonly api: ObjectApi;
  readonly recorder: EventRecorder;
}

/** What is told and done of pods that run: their logs and streams, their proofs, their drift, their metrics. */
export function kubeletParts(pods: KeptPods, { node }: PartsRequest): KubeletParts {
  const streams = openStreams({ engine: node.engine, findPod: (uid) => pods.findPod(uid) });
  const later = (): never => {
    throw new ApiError('ServiceUnavailable', 'not yet');
  };
  return { port: { ...streams, prove: later, drift: later, metrics: later } };
}
