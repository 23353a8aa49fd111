import { containersOf } from '../confinement/containers.ts';
import { podFindings } from '../confinement/pod-findings.ts';
import type { Finding } from '../core/finding.ts';
import type { Pod } from '../kube/pod.ts';
import { kubeletBackOff } from './back-off.ts';
import { imagesAtOnce, imagesInTurn } from './images/pod-images.ts';
import { keepPreparing } from './keep-preparing.ts';
import type { NodePorts } from './node-ports.ts';
import { podPlan } from './pod-plan.ts';
import { type PodRecord, whereIs } from './pod-record.ts';
import type { PodWork, PodWorker } from './pod-worker.ts';
import { type PodRequest, type Prepare, preparation } from './prepare-pod.ts';
import type { PodOptions } from './running-pod.ts';

export interface WantedPod {
  readonly node: NodePorts;
  /** With its uid and its service account token. */
  readonly pod: Pod;
  readonly record: PodRecord;
  readonly options: PodOptions;
}

/** What a pod's worker needs to know, out of the pod and how it is to be run. */
export function podWork({ node, pod, record, options }: WantedPod, findings: readonly Finding[]): PodWork {
  const containers = containersOf(pod);
  const { backOff = kubeletBackOff, imageBackOff = kubeletBackOff, retryRefusedMs } = options;
  const wanted = { node, pod, containers };
  const request: PodRequest = {
    ...wanted,
    images: options.keeper === 'node' ? imagesInTurn(wanted, imageBackOff) : imagesAtOnce(wanted),
    record,
    withoutNetwork: options.withoutNetwork === true,
  };
  const plan = podPlan(pod, containers, { backOff, retryRefusedMs });
  return { request, plan, findings: [...findings, ...podFindings(pod, whereIs(record))], options };
}

/** How often the kubelet looks at a pod whose sandbox failed. */
const sandboxRetryMs = 10_000;

/** How a pod is prepared: by a node until it succeeds, by a command once. */
export function preparationOf({ request, nudge }: PodWorker, options: PodOptions): Prepare {
  const prepare = preparation(request);
  if (options.keeper !== 'node') return prepare;
  const retryMs = options.retryRefusedMs ?? sandboxRetryMs;
  return keepPreparing(prepare, { clock: request.node.clock, retryMs, nudge });
}
