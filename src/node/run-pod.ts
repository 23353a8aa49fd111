import { randomUUID } from 'node:crypto';
import { containersOf } from '../confinement/containers.ts';
import { podFindings } from '../confinement/pod-findings.ts';
import { withServiceAccountToken } from '../confinement/service-account-token.ts';
import type { Pod } from '../kube/pod.ts';
import { kubeletBackOff } from './back-off.ts';
import { checkNames } from './check-names.ts';
import { imagesAtOnce, imagesInTurn } from './images/pod-images.ts';
import { keepPreparing } from './keep-preparing.ts';
import type { NodePorts } from './node-ports.ts';
import { podPlan } from './pod-plan.ts';
import { writePodRecord } from './pod-record.ts';
import { PodWorker } from './pod-worker.ts';
import { type PodRequest, preparation } from './prepare-pod.ts';
import type { PodOptions, RunningPod } from './running-pod.ts';

/**
 * Runs a pod (validated, defaulted) on this node. Returns once its record is written, that is before anything of it
 * exists; what then becomes of it is in its status, also when it is refused.
 *
 *     record -> images -> verdict -> sandbox -> volumes, node files      here
 *       -> init containers in order, sidecars stay -> containers         lifecycle.ts says what comes next,
 *       -> probes -> exits and restarts -> stop                          PodWorker does it
 *       -> everything of the pod is removed                              remove-pod.ts
 */
export async function startPod(node: NodePorts, pod: Pod, options: PodOptions = {}): Promise<RunningPod> {
  const account = withServiceAccountToken(withUid(pod), node.lookup, 'alone');
  checkNames(account.pod);
  const containers = containersOf(account.pod);
  const plan = podPlan(account.pod, containers, {
    backOff: options.backOff ?? kubeletBackOff,
    retryRefusedMs: options.retryRefusedMs,
  });
  const record = await writePodRecord(node.dirs.lib, account.pod);
  const isKept = options.keeper === 'node';
  const wanted = { node, pod: account.pod, containers };
  const request: PodRequest = {
    ...wanted,
    images: isKept ? imagesInTurn(wanted, options.imageBackOff ?? kubeletBackOff) : imagesAtOnce(wanted),
    record,
    withoutNetwork: options.withoutNetwork === true,
  };
  const findings = [...account.findings, ...podFindings(pod)];
  const worker = new PodWorker({ request, plan, findings, options });
  const prepare = preparation(request);
  const { clock } = node;
  const retryMs = options.retryRefusedMs ?? 10_000;
  worker.begin(isKept ? keepPreparing(prepare, { clock, retryMs, nudge: worker.nudge }) : prepare);
  return worker;
}

function withUid(pod: Pod): Pod {
  const { metadata } = pod;
  return {
    ...pod,
    metadata: {
      ...metadata,
      namespace: metadata.namespace ?? 'default',
      name: metadata.name ?? `${metadata.generateName ?? 'pod-'}${randomUUID().slice(0, 5)}`,
      uid: metadata.uid ?? randomUUID(),
    },
  };
}
