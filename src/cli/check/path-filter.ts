import process from 'node:process';
import type { FindUnitsOptions } from '../../check/find-units.ts';
import { pathExclusion } from '../../check/path-exclusion.ts';
import { changeScope } from '../../repository/change-scope.ts';
import { changedFiles } from '../../repository/changed-files.ts';
import type { CheckConfig } from '../../repository/check-config.ts';
import type { CommandContext } from '../command.ts';
import type { CommandLine } from '../command-line.ts';

type PathFilter = Pick<FindUnitsOptions, 'isExcluded' | 'isChanged'>;

/** Which paths are wanted: globs of `--exclude` and of podproof.yaml, and what changed since `--changed`. */
export async function openPathFilter(
  line: CommandLine,
  config: CheckConfig | undefined,
  context: CommandContext,
): Promise<PathFilter> {
  return { isExcluded: excluder(line, config), isChanged: await changes(line, config, context) };
}

/** Globs of the command line are relative to where it is typed, those of podproof.yaml to that file. */
function excluder(line: CommandLine, config: CheckConfig | undefined): PathFilter['isExcluded'] {
  const name = 'option "--exclude"';
  return pathExclusion([
    { globs: line.list('exclude'), name },
    { globs: config?.exclude ?? [], directory: config?.directory, name },
  ]);
}

async function changes(
  line: CommandLine,
  config: CheckConfig | undefined,
  context: CommandContext,
): Promise<PathFilter['isChanged']> {
  const ref = line.text('changed');
  if (ref === undefined) return () => true;
  const changed = await changedFiles(ref, process.cwd(), { env: context.env, signal: context.signal });
  const { isChanged, everything, count, mergeBase } = changeScope(changed, {
    settings: settingsOf(line, config),
  });
  const why = everything === undefined ? '' : `; everything is checked: ${everything}`;
  context.stderr.write(
    `${count} ${count === 1 ? 'file' : 'files'} changed since ${mergeBase.slice(0, 12)}${why}\n`,
  );
  return isChanged;
}

/** Everything on which all verdicts depend. */
function settingsOf(line: CommandLine, config: CheckConfig | undefined): readonly string[] {
  const dockerfiles = (config?.images?.sources ?? []).flatMap((source) =>
    'dockerfile' in source ? [source.dockerfile] : [],
  );
  const named = [
    config?.file,
    line.text('pod-security') ?? config?.podSecurity,
    line.text('baseline') ?? config?.baseline,
  ].filter((path) => path !== undefined);
  return [...named, ...line.list('values'), ...dockerfiles];
}
