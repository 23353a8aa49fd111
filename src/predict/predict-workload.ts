import { containersOf, podFindings } from '../confinement/confine.ts';
import { withServiceAccountToken } from '../confinement/service-account-token.ts';
import type { ContainerReport, FindingReport, WorkloadReport } from '../core/contract/check-report.ts';
import type { Finding } from '../core/finding.ts';
import type { Pod } from '../kube/pod.ts';
import type { Workload } from '../manifest/workloads.ts';
import { predictAdmission } from './admission-report.ts';
import { reportApiErrors } from './api-errors.ts';
import { predictContainer } from './container-report.ts';
import { documentPlace, findingReport } from './document-place.ts';
import type { FoundImage } from './image-finder.ts';
import type { PredictSettings } from './predict-settings.ts';

/** The images that the workload's containers name, each once. */
export function imageReferencesOf({ pod }: Workload): readonly string[] {
  const references = new Set<string>();
  for (const { container } of containersOf(pod))
    if (container.image !== undefined && container.image !== '') references.add(container.image);
  return [...references];
}

const NOT_FOUND: FoundImage = { image: undefined };

/**
 * Both verdicts, the API server's and the kubelet's, and the confinement of every container of one workload. `images`
 * holds what was found for its references; one that is left out is not at hand. Pure.
 */
export function predictWorkload(
  workload: Workload,
  images: ReadonlyMap<string, FoundImage>,
  settings: PredictSettings,
): WorkloadReport {
  const { source, apiVersion, kind, namespace, name, pod } = workload;
  const { lookup, platform, showsConfinement } = settings;
  const place = documentPlace(workload);
  const admission = predictAdmission(workload, settings, place);
  // The token is a mount: it decides nothing else.
  const podOfCluster = showsConfinement ? withServiceAccountToken(pod, lookup, 'cluster').pod : pod;
  const podInPlace = { pod: podOfCluster, platform, place, showsConfinement };
  const containers: ContainerReport[] = [];
  for (const container of containersOf(podOfCluster)) {
    const found = images.get(container.container.image ?? '') ?? NOT_FOUND;
    containers.push(predictContainer(container, found, podInPlace));
  }
  const { invalid, findings: aboutNames } = reportApiErrors(workload.apiErrors);
  const findings: FindingReport[] = [...aboutNames];
  const tell = (found: readonly Finding[]): void => {
    for (const finding of found) findings.push(findingReport(finding, place));
  };
  tell(workload.findings);
  tell(windowsFindings(pod));
  tell(admission.findings);
  tell(podFindings(pod, 'alone'));
  return {
    source,
    apiVersion,
    kind,
    namespace,
    name,
    invalid,
    admission: admission.report,
    containers,
    findings,
  };
}

/** Only Linux is predicted; the policy's verdict counts for every system. */
function windowsFindings({ spec }: Pod): readonly Finding[] {
  if (spec.os?.name !== 'windows') return [];
  const message = 'the pod is for Windows: start and confinement are predicted as if it were for Linux';
  return [{ severity: 'warning', code: 'windows-pod', message, path: ['spec', 'os', 'name'] }];
}
