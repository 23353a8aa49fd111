import { relative, resolve } from 'node:path';
import process from 'node:process';
import type { FindUnitsOptions } from '../../check/find-units.ts';
import { PodproofError } from '../../core/errors.ts';
import { type PathGlob, parsePathGlob } from '../../core/path-glob.ts';
import type { CheckConfig } from '../../repository/check-config.ts';
import type { CommandLine } from '../command-line.ts';

type PathFilter = Pick<FindUnitsOptions, 'isExcluded' | 'isChanged'>;

/** Which paths are wanted: globs of `--exclude` and of podproof.yaml, and what changed since `--changed`. */
export async function openPathFilter(
  line: CommandLine,
  config: CheckConfig | undefined,
): Promise<PathFilter> {
  const own = line.list('exclude').map((glob) => excludeOption(glob));
  const configured = (config?.exclude ?? []).map((glob) => excludeOption(glob));
  const inConfig = (path: string): string => relative(config?.directory ?? process.cwd(), resolve(path));
  return await Promise.resolve({
    isExcluded: (path) =>
      own.some((matches) => matches(path)) ||
      (configured.length > 0 && configured.some((matches) => matches(inConfig(path)))),
    isChanged: () => true,
  });
}

function excludeOption(glob: string): PathGlob {
  const parsed = parsePathGlob(glob);
  if (parsed.ok) return parsed.matches;
  throw new PodproofError('usage', `option "--exclude" cannot be "${glob}": ${parsed.message}`);
}
