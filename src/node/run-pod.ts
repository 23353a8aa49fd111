import { randomUUID } from 'node:crypto';
import { withServiceAccountToken } from '../confinement/service-account-token.ts';
import type { Pod } from '../kube/pod.ts';
import { checkNames } from './check-names.ts';
import type { NodePorts } from './node-ports.ts';
import { writePodRecord } from './pod-record.ts';
import { podWork, preparationOf } from './pod-work.ts';
import { PodWorker } from './pod-worker.ts';
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
  const record = writePodRecord(node.dirs.lib, account.pod, options.keeper);
  const worker = new PodWorker(podWork({ node, pod: account.pod, record, options }, account.findings));
  worker.begin(preparationOf(worker, options));
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
