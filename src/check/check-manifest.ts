import { typicalPlatform } from '../confinement/platform.ts';
import type { CheckReport } from '../core/contract/check-report.ts';
import { joinReports } from '../core/join-reports.ts';
import { problemReport } from '../manifest/file-problem.ts';
import type { ManifestObject } from '../manifest/manifest-set.ts';
import { objectLookup } from '../manifest/object-lookup.ts';
import { type ManifestText, readManifestText } from '../manifest/read-manifest-text.ts';
import { findWorkloads } from '../manifest/workloads.ts';
import { objectReports } from '../predict/api-errors.ts';
import { predictWorkload } from '../predict/predict-workload.ts';
import { type CheckRules, decodeRules } from './check-rules.ts';
import { imageLookup, imagesOf } from './image-lookup.ts';
import { foundImages, type KnownImages } from './known-images.ts';
import { MANIFEST_NAME, type Manifest, manifestText } from './manifest-text.ts';

/** What `checkManifest` and the matchers take; everything may be left out. */
export interface CheckManifestOptions extends CheckRules {
  /** What is known of images. Whether a container may start is only as true as this. */
  readonly images?: KnownImages | undefined;
}

/**
 * What a cluster would do with a manifest: both verdicts and the confinement of every container, as `podproof check -o json`
 * prints it. At once: no file is read and nothing is asked. Annotations that accept a finding do not count: no cluster knows
 * them.
 *
 * What cannot be read of a text is in `problems`, with its line. Of objects, `line` is 1 for the first one and so on. Throws
 * `usage` for options that there are not, and for an object that has no form in JSON.
 */
export function checkManifest(manifest: Manifest, options: CheckManifestOptions = {}): CheckReport {
  const { profile = 'containerd', templatePath, ...rules } = decodeRules(options, ['images']);
  const findImage = imageLookup({ images: { kind: 'none' }, ownImages: foundImages(options.images ?? {}) });
  const { objects, problems, skipped } = readManifest(manifest);
  const { workloads, unreadable } = findWorkloads(objects, templatePath);
  const settings = {
    ...rules,
    lookup: objectLookup(objects.map(({ object }) => object)),
    platform: typicalPlatform(profile),
    showsConfinement: true,
  };
  const makers = new Set<ManifestObject>(workloads.map(({ written }) => written));
  const report = {
    workloads: workloads.map((workload) =>
      predictWorkload(workload, imagesOf(workload, findImage), settings),
    ),
    objects: objectReports(objects.filter((object) => !makers.has(object))),
    dockerfiles: [],
    problems: [...problems, ...unreadable].map(problemReport),
    skipped,
  };
  return joinReports([report], profile);
}

function readManifest(manifest: Manifest): ManifestText {
  const read = manifestText(manifest);
  if ('text' in read) return readManifestText(MANIFEST_NAME, read.text, { explicit: true });
  return { objects: [], problems: [{ file: MANIFEST_NAME, message: read.problem }], skipped: [] };
}
