import { PodproofError } from '../../core/errors.ts';
import { type PolicyVersion, parseLevel, parsePolicyVersion } from '../../policy/level-version.ts';
import type { Command, TerminalInput } from '../command.ts';
import type { CommandLine } from '../command-line.ts';
import type { ImageSearch } from '../find-image.ts';
import { OUTPUT_OPTION, PROFILE_OPTION } from '../global-options.ts';
import { printReport } from '../print-report.ts';
import { profileOf } from '../profile.ts';

/** `podproof check`: read manifests, predict, print. */
export const check: Command = {
  spec: {
    name: 'check',
    summary: 'Predict what a cluster would do with these pods: admission, start, and as whom they run.',
    usage: ['check [FILE|DIR|-]...'],
    options: [
      {
        name: 'level',
        value: 'LEVEL',
        choices: ['privileged', 'baseline', 'restricted'],
        description: "Pod Security level (default: the namespace's, else restricted)",
      },
      { name: 'version', value: 'VERSION', description: 'policy version: v1.25 to v1.36, or latest' },
      {
        name: 'images',
        value: 'WHERE',
        choices: ['never', 'cached', 'pull'],
        description: 'cached: the local store only (default); pull: also ask registries for configs; never',
      },
      PROFILE_OPTION,
      {
        name: 'template-path',
        value: 'PATH',
        description: 'where custom resources keep their pod template: spec.workload.podTemplate',
      },
      OUTPUT_OPTION,
    ],
    notes: [
      'Without an operand, standard input is read. Exit code: 0 all would run; 1 a pod is denied; 2 bad input, or',
      'the API server would refuse an object as invalid; 3 admitted, but would not start.',
    ],
  },
  run: async (line, context) => {
    const [
      { readManifests },
      { workloadsOf },
      { predict },
      { exitCodeOf },
      { typicalPlatform },
      { imageFinder },
    ] = await Promise.all([
      import('../../manifest/read-manifests.ts'),
      import('../../manifest/workloads.ts'),
      import('../../predict/predict.ts'),
      import('../../predict/exit-code.ts'),
      import('../../confinement/platform.ts'),
      import('../find-image.ts'),
    ]);
    const inputs = line.operands.length === 0 ? ['-'] : line.operands;
    const set = await readManifests(inputs, {
      get stdin(): TerminalInput {
        return context.stdin;
      },
      refusedObjects: 'keep',
    });
    const templatePath = line.text('template-path');
    const level = line.text('level');
    const report = await predict({
      workloads: workloadsOf(set, {
        refusedObjects: 'keep',
        ...(templatePath !== undefined && { templatePath }),
      }),
      objects: set.objects,
      lookup: set.lookup,
      images: await imageFinder(imageSearch(line), context),
      platform: typicalPlatform(profileOf(line)),
      level: level === undefined ? undefined : parseLevel(level),
      version: policyVersion(line),
      skipped: set.skipped,
    });
    await printReport(report, line, context, async (options) => {
      const { renderCheck } = await import('../../report/render-check.ts');
      return renderCheck(report, options);
    });
    return exitCodeOf(report);
  },
};

function policyVersion(line: CommandLine): PolicyVersion | undefined {
  const text = line.text('version');
  if (text === undefined) return undefined;
  const version = parsePolicyVersion(text);
  if (version !== undefined) return version;
  throw new PodproofError(
    'usage',
    `option "--version" cannot be "${text}": it is a version like v1.36, or latest`,
  );
}

function imageSearch(line: CommandLine): ImageSearch {
  const where = line.text('images');
  return where === 'never' || where === 'pull' ? where : 'cached';
}
