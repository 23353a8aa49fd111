import { byDefault, fromMachine, fromManifest, type Sourced, sourced } from '../core/sourced.ts';
import { requestOfContainers } from '../kube/default-pod-resources.ts';
import type { Container, Pod } from '../kube/pod.ts';
import { qosClassOf } from '../kube/qos-class.ts';
import { bytesOf } from '../kube/quantity.ts';
import type { ConfineInput, ContainerInPod } from './confine-input.ts';
import { perPod } from './per-pod.ts';
import type { Platform } from './platform.ts';

const guaranteed = -997;
const bestEffort = 1000;
/** Such a pod is killed as late as a Guaranteed one. Its priority is the API server's to fill in, so the name tells. */
const nodeCritical = 'system-node-critical';

const ofClass = Object.freeze({
  Guaranteed: sourced(guaranteed, byDefault('kubelet', 'QoS class Guaranteed')),
  BestEffort: sourced(bestEffort, byDefault('kubelet', 'QoS class BestEffort')),
});
const burstable = byDefault('kubelet', 'QoS class Burstable');

/** What the kubelet asks for, raised to what this machine can give when it cannot be lowered here. */
export function confineOomScoreAdj({ pod, container, platform }: ConfineInput): Sourced<number> {
  const wanted = wantedOomScoreAdj(pod, container, platform);
  if (platform.canRaiseLimits || wanted.value >= platform.oomScoreAdj) return wanted;
  return sourced(
    platform.oomScoreAdj,
    fromMachine('oom_score_adj cannot be lowered without CAP_SYS_RESOURCE'),
  );
}

/** By quality of service class; for Burstable by the share of the node's memory that is requested. */
export function wantedOomScoreAdj(
  pod: Pod,
  { container, type, path }: ContainerInPod,
  platform: Platform,
): Sourced<number> {
  if (pod.spec.priorityClassName === nodeCritical)
    return sourced(guaranteed, fromManifest('spec', 'priorityClassName'));
  const { qosClass, leastMainRequest, share } = ofPod(pod, platform);
  if (qosClass !== 'Burstable') return ofClass[qosClass];
  const requested = memoryRequest(container) ?? 0;
  const own = type === 'sidecar' ? Math.max(requested, leastMainRequest) : requested;
  const counted = own + share;
  const score = bestEffort - Math.trunc((1000 * counted) / platform.memoryCapacityBytes);
  const clamped = Math.min(bestEffort - 1, Math.max(bestEffort + guaranteed, score));
  return sourced(
    clamped,
    requested > 0 ? fromManifest(...path, 'resources', 'requests', 'memory') : burstable,
  );
}

const ofPod = perPod((pod) => ({
  qosClass: qosClassOf(pod),
  leastMainRequest: leastMainRequestOf(pod),
  share: shareOfPodRequest(pod),
}));

/** A request that is not written is the limit (Kubernetes' default). */
function memoryRequest({ resources }: Container): number | undefined {
  return bytesOf(resources?.requests?.['memory'] ?? resources?.limits?.['memory']);
}

/** What the pod requests beyond its containers is spread evenly over all of them, init containers too. */
function shareOfPodRequest({ spec }: Pod): number {
  const ofPod = bytesOf(spec.resources?.requests?.['memory']) ?? 0;
  if (ofPod === 0) return 0;
  const count = spec.containers.length + (spec.initContainers ?? []).length;
  return Math.trunc((ofPod - (requestOfContainers(spec, memoryRequest) ?? 0)) / count);
}

/** A sidecar must not be killed before the containers that it serves. */
function leastMainRequestOf(pod: Pod): number {
  return Math.min(...pod.spec.containers.map((container) => memoryRequest(container) ?? 0));
}
