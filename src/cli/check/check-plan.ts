import { statSync } from 'node:fs';
import type { CheckUnit } from '../../check/check-unit.ts';
import { findUnits } from '../../check/find-units.ts';
import { MIN_UNITS_FOR_THREADS, type ReaderThreads } from '../../check/reader-threads.ts';
import { directoryRenderer } from '../../check/render-directories.ts';
import { RULE_IDS } from '../../check/rules.ts';
import { PodproofError } from '../../core/errors.ts';
import { visibleLine } from '../../core/visible-text.ts';
import type { CheckConfig } from '../../repository/check-config.ts';
import { findCheckConfig } from '../../repository/find-check-config.ts';
import { readCheckConfig } from '../../repository/read-check-config.ts';
import type { CommandContext, TerminalInput } from '../command.ts';
import type { CommandLine } from '../command-line.ts';
import { type CheckSettings, checkSettings } from './check-settings.ts';
import { openPathFilter } from './path-filter.ts';

/** What is to be checked, and how. */
export interface CheckPlan {
  readonly units: readonly CheckUnit[];
  /** The user named single files, or standard input: they want to see everything. */
  readonly isFewFiles: boolean;
  readonly settings: CheckSettings;
  readonly config: CheckConfig | undefined;
  readonly line: CommandLine;
}

const FEW_FILES = 10;
/** Some fifty pods; who names a file with more wants to see what is wrong in it. */
const FEW_BYTES = 64 * 1024;

/** From the command line and podproof.yaml to the units that are there. */
export async function readCheckPlan(
  line: CommandLine,
  context: CommandContext,
  threads: ReaderThreads,
): Promise<CheckPlan> {
  const config = configOf(line, context);
  const settings = checkSettings(line, config);
  const filter = await openPathFilter(line, config, context);
  const units = await findUnits(inputsOf(line, config, context), {
    stdin: (): TerminalInput => context.stdin,
    signal: context.signal,
    ...filter,
    found: (count) => {
      // They start while the walk goes on.
      if (count === MIN_UNITS_FOR_THREADS) threads.start();
    },
    render: directoryRenderer({
      values: line.list('values'),
      isChanged: filter.isChanged,
      // The user's own word: a stranger's podproof.yaml must not have anything fetched.
      network: line.text('images') === 'pull',
      signal: context.signal,
    }),
  });
  return { units, isFewFiles: isFew(units), settings, config, line };
}

/** What was rendered is a directory's, even where nothing else is in it. */
function isNamedFile(unit: Exclude<CheckUnit, { kind: 'told' }>): boolean {
  return unit.kind !== 'rendered' && unit.explicit;
}

function configOf(line: CommandLine, context: CommandContext): CheckConfig | undefined {
  const named = line.text('config');
  if (line.has('no-config')) {
    if (named === undefined) return undefined;
    throw new PodproofError('usage', `options "--no-config" and "--config ${named}" contradict each other`);
  }
  const path = named ?? ownConfig(context);
  return path === undefined ? undefined : readCheckConfig(path, { rules: RULE_IDS });
}

/** Looked for from here, so that files below it are named as from here. */
function ownConfig({ stderr }: CommandContext): string | undefined {
  const { path, skipped } = findCheckConfig('.');
  for (const { file, reason } of skipped) stderr.write(`${visibleLine(file)} is not used: ${reason}\n`);
  return path;
}

function inputsOf(
  line: CommandLine,
  config: CheckConfig | undefined,
  context: CommandContext,
): readonly string[] {
  if (line.operands.length > 0) return line.operands;
  if (config !== undefined && config.paths.length > 0) return config.paths;
  if (context.stdin.isTTY !== true) return ['-'];
  throw new PodproofError('usage', 'nothing to check: no file or directory is named', {
    advice: 'podproof check .',
  });
}

function isFew(units: readonly CheckUnit[]): boolean {
  return (
    units.length <= FEW_FILES &&
    units.every((unit) => unit.kind === 'told' || isNamedFile(unit)) &&
    units.reduce((sum, unit) => sum + sizeOf(unit), 0) <= FEW_BYTES
  );
}

function sizeOf(unit: CheckUnit): number {
  if (unit.kind === 'told') return 0;
  return unit.text?.length ?? statSync(unit.file, { throwIfNoEntry: false })?.size ?? 0;
}
