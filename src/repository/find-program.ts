import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/**
 * The first executable of that name in the directories of `path`, a `PATH`; undefined when there is none. Directories that
 * are not absolute are passed over: what stands in the checked repository is not run.
 */
export function findProgram(name: string, path: string): string | undefined {
  for (const directory of path.split(':')) {
    if (!isAbsolute(directory)) continue;
    const program = join(directory, name);
    if (isExecutable(program)) return program;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
