import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { LayerView } from '../layered-files.ts';

/** A layer in the store, as the resolution of files through layers sees it. */
export function unpackedView(directory: string, opaqueDirs: ReadonlySet<string>): LayerView {
  return {
    look(path) {
      const full = join(directory, path);
      const stats = lstatSync(full, { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      if (stats.isDirectory()) return { kind: 'directory', isOpaque: opaqueDirs.has(path) };
      if (stats.isSymbolicLink()) return { kind: 'symlink', target: readlinkSync(full) };
      if (stats.isFile())
        return { kind: 'file', sizeBytes: stats.size, read: () => readFileSync(full, 'utf8') };
      return { kind: stats.isCharacterDevice() && stats.rdev === 0 ? 'whiteout' : 'other' };
    },
  };
}
