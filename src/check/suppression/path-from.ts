import { relative, resolve, sep } from 'node:path';

/** Standard input. */
const STDIN = '-';

/**
 * Names of files as seen from a directory, with `/`; undefined for what lies outside of it. Reports name files as the user
 * did, from the working directory. The last answer is remembered: findings come file by file.
 */
export function pathFrom(directory: string, workingDirectory: string): (file: string) => string | undefined {
  let last: { readonly file: string; readonly path: string | undefined } | undefined;
  return (file) => {
    if (last?.file !== file) last = { file, path: seenFrom(directory, workingDirectory, file) };
    return last.path;
  };
}

function seenFrom(directory: string, workingDirectory: string, file: string): string | undefined {
  if (file === STDIN) return undefined;
  const path = relative(directory, resolve(workingDirectory, file)).split(sep).join('/');
  return path === '..' || path.startsWith('../') ? undefined : path;
}
