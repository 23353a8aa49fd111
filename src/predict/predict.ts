import type { CheckReport, FileReport } from '../core/contract/check-report.ts';
import { KUBERNETES_VERSION } from '../core/kubernetes-version.ts';
import { sumFindings } from '../core/sum-findings.ts';
import type { ManifestObject } from '../manifest/manifest-set.ts';
import type { Workload } from '../manifest/workloads.ts';
import { objectReports } from './api-errors.ts';
import { findImages, type ImageFinder } from './image-finder.ts';
import type { PredictSettings } from './predict-settings.ts';
import { imageReferencesOf, predictWorkload } from './predict-workload.ts';

/** What a prediction goes by. */
export interface PredictInput extends Omit<PredictSettings, 'showsConfinement'> {
  readonly workloads: readonly Workload[];
  /** Everything that was read, to tell what the API server would refuse although it makes no pods. */
  readonly objects?: readonly ManifestObject[];
  readonly images: ImageFinder;
  /** Whether the report has the confinement of every container; it has unless told. */
  readonly showsConfinement?: boolean;
  /** Files that were not read, to be told. */
  readonly skipped?: CheckReport['skipped'];
}

/** Both verdicts, the API server's and the kubelet's, and the confinement of every container of every workload. */
export async function predict(input: PredictInput): Promise<CheckReport> {
  const { workloads, objects = [], images, skipped = [] } = input;
  const settings: PredictSettings = { ...input, showsConfinement: input.showsConfinement ?? true };
  const found = await findImages(workloads.flatMap(imageReferencesOf), images);
  const makers = new Set(workloads.map(({ written }) => written));
  const file: FileReport = {
    workloads: workloads.map((workload) => predictWorkload(workload, found, settings)),
    objects: objectReports(objects.filter((it) => !makers.has(it))),
    dockerfiles: [],
    problems: [],
    skipped,
  };
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'CheckReport',
    profile: input.platform.profile,
    kubernetes: KUBERNETES_VERSION,
    ...file,
    summary: sumFindings(file),
  };
}
