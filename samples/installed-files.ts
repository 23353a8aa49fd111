import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LayerFile } from './oci-layout.ts';

/** A program of this machine at another path, with every shared library that the loader would give it. */
export function programWithLibraries(source: string, path: string, mode = 0o755): readonly LayerFile[] {
  return [
    { path: path.slice(1), content: readFileSync(source), mode },
    ...librariesOf(source).map((library) => ({
      path: library.slice(1),
      content: readFileSync(realpathSync(library)),
      mode: 0o755,
    })),
  ];
}

/** Paths as the program's dynamic section and the loader name them. */
function librariesOf(program: string): readonly string[] {
  const listing = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...listing.matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap((match) => (match[1] ? [match[1]] : []));
}

/** The files with a directory entry before the first file of each directory, and no path twice. */
export function withDirectories(files: readonly LayerFile[]): readonly LayerFile[] {
  const seen = new Set<string>(['.']);
  const result: LayerFile[] = [];
  const addDirectory = (path: string): void => {
    if (seen.has(path)) return;
    addDirectory(dirname(path));
    seen.add(path);
    result.push({ path, type: 'directory' });
  };
  for (const file of files) {
    if (seen.has(file.path)) continue;
    addDirectory(dirname(file.path));
    seen.add(file.path);
    result.push(file);
  }
  return result;
}
