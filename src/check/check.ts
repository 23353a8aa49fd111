import process from 'node:process';
import type { CheckReport } from '../core/contract/check-report.ts';
import { joinReports } from '../core/join-reports.ts';
import { findImages, type ImageFinder } from '../predict/image-finder.ts';
import type { WalkedDirectory } from '../repository/walk-directory.ts';
import type { CheckJob, JudgeSettings } from './check-job.ts';
import { type CheckRules, type Manifest, textOf } from './check-manifest.ts';
import { type CheckUnit, toldUnit } from './check-unit.ts';
import { findUnits } from './find-units.ts';
import { imageReferences } from './image-references.ts';
import { openJudge } from './judge.ts';
import { RULE_IDS } from './rules.ts';
import { survey } from './survey.ts';

/** What is to be checked, and how. */
export type CheckOptions = CheckedInput & CheckRules & { readonly images?: ImageFinder };

/**
 * Files and directories, as the operands of the command: manifests, Compose files, Dockerfiles. Charts and kustomizations
 * are told as skipped, since a library starts no programs. Or a manifest that the program has already.
 */
export type CheckedInput = { readonly files: readonly string[] } | { readonly manifest: Manifest };

const NOWHERE: ImageFinder = { find: () => Promise.resolve(undefined) };

/**
 * What a cluster would do with these inputs: both verdicts and the confinement of every container, as
 * `podproof check -o json` prints it. What cannot be read is in `problems` and hides nothing else. Images are looked up
 * through `images`; without it they are unknown, the verdict assumes root, and no network is touched.
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const { level, version, profile = 'containerd', podSecurity, templatePath, images } = options;
  const judge: JudgeSettings = {
    profile,
    ...(level !== undefined && { level }),
    ...(version !== undefined && { version }),
    ...(podSecurity !== undefined && { podSecurity }),
    ...(templatePath !== undefined && { templatePath }),
    dockerfile: { buildArgs: {} },
  };
  const found = await unitsOf(options);
  const references = images === undefined ? [] : await imageReferences(found, judge);
  const { units, surroundings } = survey(found);
  const job: CheckJob = {
    judge,
    surroundings,
    images: { kind: 'found', images: [...(await findImages(references, images ?? NOWHERE))] },
    ownImages: [],
    formats: [],
    suppression: {
      annotations: true,
      workingDirectory: process.cwd(),
      rules: RULE_IDS,
      today: new Date().toISOString().slice(0, 'YYYY-MM-DD'.length),
    },
    unitKinds: [...new Set(units.map(({ kind }) => kind))],
  };
  const judgeUnit = await openJudge(job, true);
  return joinReports(
    units.map((unit) => judgeUnit(unit).report),
    profile,
  );
}

async function unitsOf(input: CheckedInput): Promise<readonly CheckUnit[]> {
  if ('manifest' in input) {
    return [{ kind: 'manifest', file: 'manifest', explicit: true, text: textOf(input.manifest) }];
  }
  return await findUnits(input.files, {
    stdin: () => process.stdin,
    isExcluded: () => false,
    isChanged: () => true,
    render: (directories) => Promise.resolve(directories.map(notRendered)),
  });
}

function notRendered({ path, type }: WalkedDirectory): CheckUnit {
  return toldUnit({ skipped: [{ file: path, reason: `a ${type}: the library renders none` }] });
}
