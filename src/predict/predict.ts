import { containersOf, podFindings } from '../confinement/confine.ts';
import type { Platform } from '../confinement/platform.ts';
import type { CheckReport, WorkloadReport } from '../core/contract/check-report.ts';
import type { Finding } from '../core/finding.ts';
import { KUBERNETES_VERSION } from '../core/kubernetes-version.ts';
import type { Pod } from '../kube/pod.ts';
import type { ObjectLookup } from '../kube/references.ts';
import type { Workload } from '../manifest/workloads.ts';
import type { Level, PolicyVersion } from '../policy/level-version.ts';
import { predictAdmission } from './admission-report.ts';
import { predictContainer } from './container-report.ts';
import { documentPlace, findingReport } from './document-place.ts';
import { type FoundImage, findImages, type ImageFinder } from './image-finder.ts';

export interface PredictInput {
  readonly workloads: readonly Workload[];
  /** What the pods refer to, their namespaces among it. */
  readonly lookup: ObjectLookup;
  readonly images: ImageFinder;
  /** The node that the pods would land on. */
  readonly platform: Platform;
  /** The level to judge by; by default what the namespace enforces, else restricted. */
  readonly level?: Level | undefined;
  /** By default what the namespace enforces, else the version that podproof speaks. */
  readonly version?: PolicyVersion | undefined;
  /** Files that were not read, to be told. */
  readonly skipped?: CheckReport['skipped'];
}

/** Both verdicts, the API server's and the kubelet's, and the confinement of every container of every workload. */
export async function predict(input: PredictInput): Promise<CheckReport> {
  const { workloads, images, platform, skipped = [] } = input;
  const references = workloads.flatMap(({ pod }) =>
    containersOf(pod).map(({ container }) => container.image ?? ''),
  );
  const found = await findImages(
    references.filter((reference) => reference !== ''),
    images,
  );
  const reports = workloads.map((workload) => predictWorkload(workload, found, input));
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'CheckReport',
    profile: platform.profile,
    kubernetes: KUBERNETES_VERSION,
    workloads: reports,
    skipped,
    summary: summaryOf(reports),
  };
}

const NOT_FOUND: FoundImage = { image: undefined };

function predictWorkload(
  workload: Workload,
  images: ReadonlyMap<string, FoundImage>,
  { lookup, platform, level, version }: PredictInput,
): WorkloadReport {
  const { source, apiVersion, kind, namespace, name, pod } = workload;
  const place = documentPlace(workload);
  const admission = predictAdmission(
    pod,
    namespace,
    lookup,
    { level, version },
    `v${KUBERNETES_VERSION}`,
    place,
  );
  const containers = containersOf(pod).map((container) =>
    predictContainer(
      pod,
      container,
      images.get(container.container.image ?? '') ?? NOT_FOUND,
      platform,
      place,
    ),
  );
  const findings = [
    ...workload.findings,
    ...windowsFindings(pod),
    ...admission.findings,
    ...podFindings(pod),
  ];
  return {
    source,
    apiVersion,
    kind,
    namespace,
    name,
    admission: admission.report,
    containers,
    findings: findings.map((finding) => findingReport(finding, place)),
  };
}

/** Only Linux is predicted; the policy's verdict counts for every system. */
function windowsFindings({ spec }: Pod): readonly Finding[] {
  if (spec.os?.name !== 'windows') return [];
  const message = 'the pod is for Windows: start and confinement are predicted as if it were for Linux';
  return [{ severity: 'warning', code: 'windows-pod', message, path: ['spec', 'os', 'name'] }];
}

function summaryOf(workloads: readonly WorkloadReport[]): CheckReport['summary'] {
  const findings = workloads.flatMap((workload) => [
    ...workload.findings,
    ...workload.containers.flatMap((container) => container.findings),
  ]);
  return {
    workloads: workloads.length,
    denied: workloads.filter(({ admission }) => !admission.allowed).length,
    wouldNotStart: workloads.filter(({ containers }) => containers.some(({ start }) => !start.ok)).length,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
  };
}
