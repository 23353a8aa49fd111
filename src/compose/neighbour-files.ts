import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import process from 'node:process';
import { messageOf, systemCodeOf } from '../core/errors.ts';
import { readFileText } from '../manifest/read-file-text.ts';

/** The files beside a Compose file: what `extends` and `.env` are read from. */
export interface NeighbourFiles {
  /** `path` as it stands in a Compose file of the directory `from`; both relative to the first file's directory. */
  read(path: string, from?: string): NeighbourFile;
}

export type NeighbourFile =
  /** `path` is relative to the first file's directory. */
  | { readonly text: string; readonly path: string }
  | { readonly problem: string; readonly isMissing: boolean };

const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Files beside `file`, as long as they are in `root`, symbolic links followed; by default the working directory where the
 * file is in it, else its own directory.
 */
export function neighbourFiles(file: string, root?: string): NeighbourFiles {
  const directory = resolve(file === '-' ? '.' : dirname(file));
  const own = isWithin(directory, process.cwd()) ? process.cwd() : directory;
  const tree = resolve(root ?? own);
  return {
    read: (path, from = '.') => {
      if (isAbsolute(path) || path.includes('\0')) return refused('its path must be relative');
      const target = resolve(directory, from, path);
      if (!isWithin(target, tree)) return refused(`it is outside of ${tree}`);
      try {
        if (!isWithin(realpathSync(target), realpathSync(tree))) return refused(`it leads out of ${tree}`);
        if (!statSync(target).isFile()) return refused('it is not a regular file');
      } catch (error) {
        const isMissing = ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '');
        return { problem: isMissing ? 'no such file' : messageOf(error), isMissing };
      }
      const read = readFileText(target, { explicit: false, maxFileBytes: MAX_FILE_BYTES });
      if ('problem' in read) return refused(read.problem);
      return { text: read.text, path: relative(directory, target) || join('.', path) };
    },
  };
}

function refused(problem: string): NeighbourFile {
  return { problem, isMissing: false };
}

function isWithin(path: string, root: string): boolean {
  const steps = relative(root, path);
  return steps === '' || (steps !== '..' && !steps.startsWith(`..${sep}`) && !isAbsolute(steps));
}
