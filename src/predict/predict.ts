import { containersOf, podFindings } from '../confinement/confine.ts';
import type { Platform } from '../confinement/platform.ts';
import { withServiceAccountToken } from '../confinement/service-account-token.ts';
import type { CheckReport, FileReport, WorkloadReport } from '../core/contract/check-report.ts';
import type { Finding } from '../core/finding.ts';
import { KUBERNETES_VERSION } from '../core/kubernetes-version.ts';
import { sumFindings } from '../core/sum-findings.ts';
import type { Pod } from '../kube/pod.ts';
import type { ObjectLookup } from '../kube/references.ts';
import type { ManifestObject } from '../manifest/manifest-set.ts';
import type { Workload } from '../manifest/workloads.ts';
import type { Level, PolicyVersion } from '../policy/level-version.ts';
import { predictAdmission } from './admission-report.ts';
import { objectReports, reportApiErrors } from './api-errors.ts';
import { predictContainer } from './container-report.ts';
import { documentPlace, findingReport } from './document-place.ts';
import { type FoundImage, findImages, type ImageFinder } from './image-finder.ts';

export interface PredictInput {
  readonly workloads: readonly Workload[];
  /** What the pods refer to, their namespaces among it. */
  readonly lookup: ObjectLookup;
  /** Everything that was read, to tell what the API server would refuse although it makes no pods. */
  readonly objects?: readonly ManifestObject[];
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
  const { workloads, objects = [], images, platform, skipped = [] } = input;
  const references = workloads.flatMap(({ pod }) =>
    containersOf(pod).map(({ container }) => container.image ?? ''),
  );
  const found = await findImages(
    references.filter((reference) => reference !== ''),
    images,
  );
  const reports = workloads.map((workload) => predictWorkload(workload, found, input));
  const makers = new Set(workloads.map(({ written }) => written));
  const others = objectReports(objects.filter((it) => !makers.has(it)));
  const file: FileReport = { workloads: reports, objects: others, dockerfiles: [], problems: [], skipped };
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'CheckReport',
    profile: platform.profile,
    kubernetes: KUBERNETES_VERSION,
    ...file,
    summary: sumFindings(file),
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
  const { pod: podOfCluster } = withServiceAccountToken(pod, lookup, 'cluster');
  const containers = containersOf(podOfCluster).map((container) =>
    predictContainer(
      podOfCluster,
      container,
      images.get(container.container.image ?? '') ?? NOT_FOUND,
      platform,
      place,
    ),
  );
  const { invalid, findings: aboutNames } = reportApiErrors(workload.apiErrors);
  const findings = [
    ...workload.findings,
    ...windowsFindings(pod),
    ...admission.findings,
    ...podFindings(pod, 'alone'),
  ];
  return {
    source,
    apiVersion,
    kind,
    namespace,
    name,
    invalid,
    admission: admission.report,
    containers,
    findings: [...aboutNames, ...findings.map((finding) => findingReport(finding, place))],
  };
}

/** Only Linux is predicted; the policy's verdict counts for every system. */
function windowsFindings({ spec }: Pod): readonly Finding[] {
  if (spec.os?.name !== 'windows') return [];
  const message = 'the pod is for Windows: start and confinement are predicted as if it were for Linux';
  return [{ severity: 'warning', code: 'windows-pod', message, path: ['spec', 'os', 'name'] }];
}
