import { randomUUID } from 'node:crypto';
import { containersOf } from '../confinement/containers.ts';
import { podFindings } from '../confinement/pod-findings.ts';
import { withServiceAccountToken } from '../confinement/service-account-token.ts';
import type { Pod } from '../kube/pod.ts';
import { kubeletBackOff } from './back-off.ts';
import { checkNames } from './check-names.ts';
import type { NodePorts } from './node-ports.ts';
import { podPlan } from './pod-plan.ts';
import { writePodRecord } from './pod-record.ts';
import { PodWorker } from './pod-worker.ts';
import {
  checkPodVerdict,
  createSandbox,
  downwardFacts,
  type PodRequest,
  type PreparedPod,
  prepareFiles,
  resolveImages,
} from './prepare-pod.ts';
import type { PodOptions, RecordEvent, RunningPod } from './running-pod.ts';

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
  const request: PodRequest = {
    node,
    pod: account.pod,
    containers,
    record,
    withoutNetwork: options.withoutNetwork === true,
  };
  const findings = [...account.findings, ...podFindings(pod)];
  const worker = new PodWorker({ request, plan, findings, options });
  worker.begin((signal, record) => preparePod(request, signal, record));
  return worker;
}

async function preparePod(
  request: PodRequest,
  signal: AbortSignal,
  record: RecordEvent,
): Promise<PreparedPod> {
  const images = await resolveImages(request, signal);
  checkPodVerdict(request, images);
  const sandbox = await createSandbox(request, images);
  const facts = downwardFacts(request, sandbox);
  const { volumes, files } = await prepareFiles(request, sandbox, facts, { signal, record });
  return { images, sandbox, facts, volumes, files };
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
