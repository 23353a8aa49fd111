import type { PodSecuritySettings } from '../admission/pod-security-configuration.ts';
import type { Profile } from '../confinement/confinement.ts';
import { typicalPlatform } from '../confinement/platform.ts';
import type { CheckReport } from '../core/contract/check-report.ts';
import { joinReports } from '../core/join-reports.ts';
import type { Image } from '../image/image.ts';
import { problemReport } from '../manifest/file-problem.ts';
import { objectLookup } from '../manifest/object-lookup.ts';
import { readManifestText } from '../manifest/read-manifest-text.ts';
import { findWorkloads } from '../manifest/workloads.ts';
import type { Level, PolicyVersion } from '../policy/level-version.ts';
import { objectReports } from '../predict/api-errors.ts';
import { predictWorkload } from '../predict/predict-workload.ts';

/** A manifest as a program has it: YAML or JSON text, an object, or several of them. */
export type Manifest = string | object | readonly object[];

/** How manifests are judged. */
export interface CheckRules {
  /** The level to judge by; by default what the namespace enforces, else restricted. */
  readonly level?: Level;
  /** `v1.25`, or `latest`; by default what the namespace enforces, else the version that podproof speaks. */
  readonly version?: PolicyVersion;
  /** Whose defaults apply; containerd unless told. */
  readonly profile?: Profile;
  /** The cluster's own defaults and exemptions, from its `PodSecurityConfiguration`. */
  readonly podSecurity?: PodSecuritySettings;
  /** Where custom resources keep their pod template, beside `spec.template`: `spec.workload.podTemplate`. */
  readonly templatePath?: string;
}

export interface CheckManifestOptions extends CheckRules {
  /** What is known of images, by the references in the manifest. Of all others the verdict assumes that they run as root. */
  readonly images?: Readonly<Record<string, Image>>;
}

/** What a manifest that is no file is called in a report. */
const NAME = 'manifest';

/**
 * What a cluster would do with a manifest: both verdicts and the confinement of every container, as `podproof check -o json`
 * prints it. At once: no file is read and nothing is asked. What cannot be read is in `problems`.
 */
export function checkManifest(manifest: Manifest, options: CheckManifestOptions = {}): CheckReport {
  const { level, version, profile = 'containerd', podSecurity, templatePath, images = {} } = options;
  const { objects, problems, skipped } = readManifestText(NAME, textOf(manifest), { explicit: true });
  const { workloads, unreadable } = findWorkloads(objects, templatePath);
  const found = new Map(Object.entries(images).map(([reference, image]) => [reference, { image }]));
  const settings = {
    lookup: objectLookup(objects.map(({ object }) => object)),
    platform: typicalPlatform(profile),
    level,
    version,
    podSecurity,
    showsConfinement: true,
  };
  const makers = new Set(workloads.map(({ written }) => written));
  const report = {
    workloads: workloads.map((workload) => predictWorkload(workload, found, settings)),
    objects: objectReports(objects.filter((object) => !makers.has(object))),
    dockerfiles: [],
    problems: [...problems, ...unreadable].map(problemReport),
    skipped,
  };
  return joinReports([report], profile);
}

/** An object is read as the JSON that a client would send. */
export function textOf(manifest: Manifest): string {
  if (typeof manifest === 'string') return manifest;
  return Array.isArray(manifest)
    ? manifest.map((object) => JSON.stringify(object)).join('\n')
    : JSON.stringify(manifest);
}
