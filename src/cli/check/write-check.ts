import process from 'node:process';
import { type CheckedFiles, checkFiles } from '../../check/check-files.ts';
import { ownImages } from '../../check/own-images.ts';
import type { ReaderThreads } from '../../check/reader-threads.ts';
import { RULES } from '../../check/rules.ts';
import { writeBaseline } from '../../check/suppression/baseline-file.ts';
import { baselineOf } from '../../check/suppression/baseline-of.ts';
import { suppressionReport } from '../../check/suppression/suppression-report.ts';
import { KUBERNETES_VERSION } from '../../core/kubernetes-version.ts';
import { PODPROOF_VERSION } from '../../core/version.ts';
import type { CheckFormatRequest } from '../../report/check/formats.ts';
import type { CommandContext } from '../command.ts';
import type { CheckPlan } from './check-plan.ts';
import { imageAccess, imageDoors } from './image-access.ts';
import { type OutputRequest, type OutputSink, openSink } from './outputs.ts';
import { printProblems } from './print-problems.ts';
import { newBaselinePlace, suppressionSettings } from './suppression.ts';

/** Checks what the plan holds and writes every output. A file that could not be finished is not there. */
export async function writeCheck(
  plan: CheckPlan,
  outputs: readonly OutputRequest[],
  threads: ReaderThreads,
  context: CommandContext,
): Promise<CheckedFiles> {
  const { units, settings, config, line } = plan;
  const suppression = suppressionSettings(line, config);
  const newBaseline = newBaselinePlace(line);
  // Whoever checks a part of a repository learns nothing about the rest.
  const isComplete = line.operands.length === 0 && !line.has('changed');
  const images = await imageAccess(settings.images, units, settings.judge, context);
  const sinks: OutputSink[] = [];
  try {
    for (const output of outputs) sinks.push(await openSink(output, context));
    const checked = await checkFiles({
      units,
      header: { profile: settings.judge.profile, kubernetes: KUBERNETES_VERSION, podproof: PODPROOF_VERSION },
      job: {
        judge: settings.judge,
        images,
        ownImages: await ownImages(config?.images?.sources ?? [], imageDoors(settings.images, context)),
        formats: outputs.map((output) => formatRequest(output, plan, context)),
        suppression,
        ...(newBaseline !== undefined && { newBaseline }),
      },
      threads,
      closing: (use) => suppressionReport(suppression, use, isComplete),
      signal: context.signal,
      write: (output, text) => sinks[output]?.write(text),
    });
    for (const sink of sinks) await sink.close();
    if (newBaseline !== undefined) writeBaseline(newBaseline.file, baselineOf(checked.entries));
    const { workloads, dockerfiles, invalid, warnings } = checked.summary;
    await printProblems(checked.problems, workloads + dockerfiles + invalid + warnings > 0, context);
    return checked;
  } catch (error) {
    for (const sink of sinks) await sink.discard();
    throw error;
  }
}

function formatRequest(
  { name, file }: OutputRequest,
  { isFewFiles, settings, line }: CheckPlan,
  { stdout }: CommandContext,
): CheckFormatRequest {
  const isScreen = file === undefined;
  return {
    name,
    style: isFewFiles || line.has('details') ? 'details' : 'findings',
    columns: isScreen ? stdout.columns : 100,
    colour: isScreen && stdout.colour,
    withoutProblems: isScreen,
    rules: RULES,
    directory: process.cwd(),
    warningsFail: settings.failOn === 'warning',
  };
}
