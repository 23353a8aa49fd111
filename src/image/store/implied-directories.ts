import { chmodSync, chownSync, lutimesSync, type Stats } from 'node:fs';
import { fsPath, lstatOf, toBytePath } from '../unpack/layer-paths.ts';

/** One layer of an image, lowest first, as it lies on disk. */
export interface LayerOnDisk {
  readonly root: string;
  /** Directories (byte paths in the layer; empty for its root) that its archive has no entry for. */
  readonly impliedDirs: readonly string[];
  /** True while nobody else can see it, so that it may still be changed. */
  readonly isNew: boolean;
}

/**
 * Overlay takes a directory's owner and mode from the top-most layer that has it. A directory that a layer only implies (it
 * has `tmp/file` and no `tmp`) must therefore look like the one below it, as when the layer is unpacked onto a mounted image.
 * Resolves to warnings for layers that are shared with another image and can no longer be changed.
 */
export function adoptImpliedDirectories(layers: readonly LayerOnDisk[]): readonly string[] {
  const warnings: string[] = [];
  layers.forEach((layer, position) => {
    for (const path of layer.impliedDirs) {
      const below = directoryBelow(layers.slice(0, position), path);
      const own = lstatOf(join(layer.root, path));
      if (below === undefined || own === undefined || looksAlike(own, below)) continue;
      if (layer.isNew) adopt(join(layer.root, path), below);
      else warnings.push(warningFor(path, own, below));
    }
  });
  return warnings;
}

function directoryBelow(lower: readonly LayerOnDisk[], path: string): Stats | undefined {
  for (const layer of [...lower].reverse()) {
    const stats = lstatOf(join(layer.root, path));
    if (stats !== undefined) return stats.isDirectory() ? stats : undefined;
  }
  return undefined;
}

function looksAlike(own: Stats, below: Stats): boolean {
  return own.mode === below.mode && own.uid === below.uid && own.gid === below.gid;
}

function adopt(path: string, below: Stats): void {
  chownSync(fsPath(path), below.uid, below.gid);
  chmodSync(fsPath(path), below.mode & 0o7777);
  lutimesSync(fsPath(path), below.atimeMs / 1000, below.mtimeMs / 1000);
}

function join(root: string, path: string): string {
  return path === '' ? toBytePath(root) : `${toBytePath(root)}/${path}`;
}

function warningFor(path: string, own: Stats, below: Stats): string {
  return `directory "/${path}" is ${formatOwner(own)} in this image, not ${formatOwner(below)}: its layer has no entry for it, and is shared with another image`;
}

function formatOwner({ uid, gid, mode }: Stats): string {
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
}
