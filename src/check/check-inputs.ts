import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CheckReport, FileReport } from '../core/contract/check-report.ts';
import { PodproofError } from '../core/errors.ts';
import { joinReports } from '../core/join-reports.ts';
import { describeImage } from '../image/describe.ts';
import { findImages } from '../predict/image-finder.ts';
import type { CheckConfig } from '../repository/check-config.ts';
import { readCheckConfig } from '../repository/read-check-config.ts';
import type { WalkedDirectory } from '../repository/walk-directory.ts';
import type { CheckJob, JudgeSettings } from './check-job.ts';
import type { CheckOptions, CheckSettings } from './check-options.ts';
import { decodeRules } from './check-rules.ts';
import { type CheckUnit, toldUnit } from './check-unit.ts';
import { type FindUnitsOptions, findUnits } from './find-units.ts';
import { imageReferences } from './image-references.ts';
import { openJudge } from './judge.ts';
import { foundImages, imageFinderOf, isImageFinder } from './known-images.ts';
import { MANIFEST_NAME, type Manifest, manifestText } from './manifest-text.ts';
import { ownImages } from './own-images.ts';
import { pathExclusion } from './path-exclusion.ts';
import { readPodSecurity } from './read-pod-security.ts';
import { RULE_IDS } from './rules.ts';
import { readBaseline } from './suppression/baseline-file.ts';
import { suppressionReport } from './suppression/suppression-report.ts';
import type { SuppressionSettings } from './suppression/suppression-settings.ts';
import { addUse, NO_USE } from './suppression/suppression-use.ts';
import { completeSurroundings } from './surroundings.ts';
import { survey } from './survey.ts';

const OPTIONS = [
  'files',
  'manifest',
  'images',
  'config',
  'baseline',
  'exclude',
  'render',
  'values',
  'buildArgs',
  'target',
  'signal',
];

/** Other work gets its turn after so many units. */
const UNITS_A_TURN = 100;

/** All of `check`: from its options to its report. */
export async function checkInputs(options: CheckOptions): Promise<CheckReport> {
  const rules = decodeRules(options, OPTIONS);
  const config =
    options.config === undefined ? undefined : readCheckConfig(options.config, { rules: RULE_IDS });
  const judge = judgeSettings(options, rules, config);
  const found = await unitsOf(options, config);
  const { units, surroundings } = survey(found);
  const suppression = suppressionSettings(options, config);
  const job: CheckJob = {
    judge,
    ...(await imagesOf(options, config, found, judge)),
    formats: [],
    suppression,
    unitKinds: [...new Set(units.map(({ kind }) => kind))],
  };
  const judgeUnit = await openJudge(job, completeSurroundings(surroundings), true);
  const reports: FileReport[] = [];
  let use = NO_USE;
  for (const [index, unit] of units.entries()) {
    if (index % UNITS_A_TURN === 0) await nextTurn();
    options.signal?.throwIfAborted();
    for (const judged of judgeUnit(unit)) {
      reports.push(judged.report);
      use = addUse(use, judged.use);
    }
  }
  const isComplete = options.files === undefined && options.manifest === undefined;
  return joinReports([...reports, suppressionReport(suppression, use, isComplete)], judge.profile);
}

function judgeSettings(
  { buildArgs = {}, target }: CheckSettings,
  rules: ReturnType<typeof decodeRules>,
  config: CheckConfig | undefined,
): JudgeSettings {
  const { level = config?.level, version = config?.version, templatePath = config?.templatePath } = rules;
  const podSecurity =
    rules.podSecurity ??
    (config?.podSecurity === undefined ? undefined : readPodSecurity(config.podSecurity));
  return {
    profile: rules.profile ?? config?.profile ?? 'containerd',
    ...(level !== undefined && { level }),
    ...(version !== undefined && { version }),
    ...(podSecurity !== undefined && { podSecurity }),
    ...(rules.username !== undefined && { username: rules.username }),
    ...(templatePath !== undefined && { templatePath }),
    dockerfile: { buildArgs, ...(target !== undefined && { target }) },
  };
}

function suppressionSettings(options: CheckSettings, config: CheckConfig | undefined): SuppressionSettings {
  const baseline = options.baseline ?? config?.baseline;
  return {
    annotations: config?.ignoreAnnotations ?? true,
    ...(config !== undefined && config.exemptions.length > 0 && { configuration: config }),
    ...(baseline !== undefined && {
      baseline: { file: baseline, entries: readBaseline(baseline).findings },
    }),
    workingDirectory: process.cwd(),
    rules: RULE_IDS,
    today: new Date().toISOString().slice(0, 'YYYY-MM-DD'.length),
  };
}

/** Images that the caller knows go first, then those of the configuration; whoever is to be asked is asked for the rest. */
async function imagesOf(
  { images = {} }: CheckSettings,
  config: CheckConfig | undefined,
  units: readonly CheckUnit[],
  judge: JudgeSettings,
): Promise<Pick<CheckJob, 'images' | 'ownImages'>> {
  const known = isImageFinder(images) ? [] : foundImages(images);
  const finder = imageFinderOf(images);
  const configured = await ownImages(config?.images?.sources ?? [], {
    find: (reference) => finder.find(reference),
    readLocal: (source) => describeImage(source),
  });
  return {
    ownImages: [...known, ...configured],
    images: isImageFinder(images)
      ? { kind: 'found', images: [...(await findImages(await imageReferences(units, judge), images))] }
      : { kind: 'none' },
  };
}

async function unitsOf(
  options: CheckOptions,
  config: CheckConfig | undefined,
): Promise<readonly CheckUnit[]> {
  const { files, manifest, exclude = [] } = options;
  if (manifest !== undefined && files !== undefined) {
    throw new PodproofError('usage', 'options "files" and "manifest" contradict each other');
  }
  if (manifest !== undefined) return [manifestUnit(manifest)];
  const paths = files ?? config?.paths;
  if (!Array.isArray(paths) || (files === undefined && paths.length === 0)) {
    throw new PodproofError(
      'usage',
      'there is nothing to check: name "files", a "manifest", or a "config" that has paths',
    );
  }
  return await findUnits(paths, {
    stdin: () => process.stdin,
    signal: options.signal ?? new AbortController().signal,
    isExcluded: pathExclusion([
      { globs: exclude, name: 'option "exclude"' },
      { globs: config?.exclude ?? [], directory: config?.directory, name: '"exclude" of podproof.yaml' },
    ]),
    isChanged: () => true,
    render: await rendererOf(options),
  });
}

function manifestUnit(manifest: Manifest): CheckUnit {
  const read = manifestText(manifest);
  return 'text' in read
    ? { kind: 'manifest', file: MANIFEST_NAME, explicit: true, text: read.text }
    : toldUnit({ problems: [{ file: MANIFEST_NAME, message: read.problem }] });
}

async function rendererOf({
  render,
  values = [],
  signal,
}: CheckSettings): Promise<FindUnitsOptions['render']> {
  if (render !== true) return (directories) => Promise.resolve(directories.map(notRendered));
  const { directoryRenderer } = await import('./render-directories.ts');
  return directoryRenderer({ values, isChanged: () => true, ...(signal !== undefined && { signal }) });
}

function notRendered({ path, type }: WalkedDirectory): CheckUnit {
  return toldUnit({ skipped: [{ file: path, reason: `a ${type}: rendered only with the option "render"` }] });
}
