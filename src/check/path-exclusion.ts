import { relative, resolve } from 'node:path';
import process from 'node:process';
import { PodproofError } from '../core/errors.ts';
import { type PathGlob, parsePathGlob } from '../core/path-glob.ts';

/** Globs, and the directory that they are relative to; the working directory unless told. */
export interface ExcludedPaths {
  readonly globs: readonly string[];
  readonly directory?: string | undefined;
  /** What they are called to the user: `option "--exclude"`. */
  readonly name: string;
}

/** Whether a path is not to be read. Throws `usage` for what is no glob. */
export function pathExclusion(excluded: readonly ExcludedPaths[]): (path: string) => boolean {
  const tests = excluded
    .filter(({ globs }) => globs.length > 0)
    .map(({ globs, directory = process.cwd(), name }) => {
      const matchers = globs.map((glob) => matcherOf(glob, name));
      return (path: string) => {
        const seen = relative(directory, resolve(path));
        return matchers.some((matches) => matches(seen));
      };
    });
  return (path) => tests.some((isExcluded) => isExcluded(path));
}

function matcherOf(glob: string, name: string): PathGlob {
  const parsed = parsePathGlob(glob);
  if (parsed.ok) return parsed.matches;
  throw new PodproofError('usage', `${name} cannot be "${glob}": ${parsed.message}`);
}
