import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { systemCodeOf } from '../core/errors.ts';

/** Why a path that a repository names must not be followed; undefined when it may. */
export type PathProblem = 'absolute' | 'outside' | undefined;

/**
 * Whether `path`, from `directory`, stays in `root`, symbolic links followed. What does not exist is judged by the nearest
 * directory above it that does.
 */
export function problemOfPath(path: string, directory: string, root: string): PathProblem {
  if (isAbsolute(path)) return 'absolute';
  const target = resolve(directory, path);
  if (!isWithin(target, resolve(root))) return 'outside';
  return isWithin(realPathOf(target), realPathOf(resolve(root))) ? undefined : 'outside';
}

/** Whether an absolute path is the root or lies in it, by their names alone. */
export function isWithin(path: string, root: string): boolean {
  const steps = relative(root, path);
  return steps === '' || (steps !== '..' && !steps.startsWith(`..${sep}`) && !isAbsolute(steps));
}

function realPathOf(path: string): string {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    try {
      return join(realpathSync(at), ...missing);
    } catch (error) {
      // A link that leads nowhere, or round in circles, leads to no place that is known to be inside.
      if (systemCodeOf(error) === 'ELOOP' || at === dirname(at)) return sep;
      missing.unshift(basename(at));
    }
  }
}
