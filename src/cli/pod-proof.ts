import type { FindingReport } from '../core/contract/check-report.ts';
import type { ContainerProof, PodProof } from '../core/contract/proof-report.ts';
import type { Workload } from '../manifest/workloads.ts';
import type { RunningPod } from '../node/running-pod.ts';
import { documentPlace, findingReport } from '../predict/document-place.ts';
import { isContainerFailed, isContainerRefused } from './expectation.ts';
import type { PodWatch } from './watch-pod.ts';

interface ProvenPod {
  readonly pod: RunningPod;
  readonly workload: Workload;
  readonly watch: PodWatch;
  readonly containers: readonly ContainerProof[];
  /** It was ready, or had settled, in time. */
  readonly isReady: boolean;
}

/** What a report says of one pod. */
export function podProof({ pod, workload, watch, containers, isReady }: ProvenPod): PodProof {
  const status = pod.status();
  const { namespace = 'default', name = '', uid = '' } = pod.pod.metadata;
  const startedInMs = watch.startedInMs();
  const reason = status.reason ?? reasonFor(pod, containers, isReady);
  return {
    source: workload.source,
    namespace,
    name,
    uid,
    phase: status.phase,
    ...(startedInMs !== undefined && { startedInMs: Math.round(startedInMs) }),
    ...(reason !== undefined && { reason: reason }),
    ...messageOf(pod, status.message, reason),
    containers,
    findings: findingsOf(pod, workload),
  };
}

/** A pod that is refused as a whole has an event; one that is not ready in time has failing probes. */
function reasonFor(
  pod: RunningPod,
  containers: readonly ContainerProof[],
  isReady: boolean,
): string | undefined {
  const refusal = pod.events.find((event) => event.type === 'Warning' && event.container === undefined);
  if (pod.sandbox === undefined && refusal !== undefined) return refusal.reason;
  const isExplained = containers.some((it) => isContainerFailed(it) || isContainerRefused(it));
  return isReady || isExplained ? undefined : 'NotReady';
}

function messageOf(
  pod: RunningPod,
  message: string | undefined,
  reason: string | undefined,
): { readonly message?: string } {
  const told = message ?? pod.events.findLast((event) => event.reason === reason)?.message;
  if (told !== undefined) return { message: told };
  if (reason !== 'NotReady') return {};
  const unhealthy = pod.events.findLast((event) => event.reason === 'Unhealthy')?.message;
  return { message: unhealthy ?? 'not all containers are ready in time (--timeout)' };
}

function findingsOf(pod: RunningPod, workload: Workload): readonly FindingReport[] {
  const place = documentPlace(workload);
  const shared = pod
    .containers()
    .flatMap(({ findings }) => findings.filter((it) => it.container === undefined));
  const all = [...workload.findings, ...pod.findings, ...shared].map((finding) =>
    findingReport(finding, place),
  );
  return [...new Map(all.map((finding) => [JSON.stringify(finding), finding])).values()];
}
