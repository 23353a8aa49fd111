import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PodproofError } from '../../core/errors.ts';
import { withFileLock } from '../../linux/file-lock.ts';
import { digestFileName, isDigest } from '../digest.ts';
import { matchReference, readReferences, type StoredReference, writeReferences } from './references-file.ts';
import { readConfig, readManifest } from './stored-image.ts';
import { makeTempDir, removeTree, sweepTempDirs } from './temp-dirs.ts';

/** Takes names away and then what nobody uses; resolves to the names. */
export async function removeFrom(
  dir: string,
  reference: string,
  isLayerInUse: (layerDir: string) => boolean = isMounted,
): Promise<readonly string[]> {
  if (matchReference(readReferences(dir), reference) === undefined) throw notThere(reference);
  await sweepTempDirs(join(dir, 'temp'));
  const tempDir = makeTempDir(join(dir, 'temp'));
  try {
    return await withFileLock(join(dir, 'lock'), () => {
      const stored = readReferences(dir);
      const found = matchReference(stored, reference);
      if (found === undefined) throw notThere(reference);
      const isGone = (it: StoredReference): boolean =>
        isByDigest(reference, found) ? it.manifest === found.manifest : it.name === found.name;
      const kept = stored.filter((it) => !isGone(it));
      writeReferences(dir, kept);
      collectGarbage(dir, kept, tempDir, isLayerInUse);
      return stored.filter(isGone).map(({ name }) => name);
    });
  } finally {
    await removeTree(tempDir);
  }
}

/** To be called under the lock. Layers are only moved aside into the temporary directory; deleting their files takes longer than others should wait. */
export function collectGarbage(
  dir: string,
  kept: readonly StoredReference[],
  tempDir: string,
  isLayerInUse: (layerDir: string) => boolean = isMounted,
): void {
  const blobs = new Set<string>();
  const layers = new Set<string>();
  for (const { manifest: digest } of kept) {
    const manifest = readManifest(dir, digest);
    for (const blob of [digest, manifest.config.digest]) blobs.add(digestFileName(blob));
    for (const diffId of readConfig(dir, manifest).rootfs.diff_ids) layers.add(digestFileName(diffId));
  }
  for (const name of readdirSync(join(dir, 'blobs'))) if (!blobs.has(name)) rmSync(join(dir, 'blobs', name));
  for (const name of readdirSync(join(dir, 'layers'))) {
    const path = join(dir, 'layers', name);
    if (!layers.has(name) && !isLayerInUse(path)) renameSync(path, join(tempDir, name));
  }
}

/** Whether the user meant an image by its digest, and with it all of its names. */
function isByDigest(reference: string, found: StoredReference): boolean {
  if (isDigest(reference)) return true;
  return /^[0-9a-f]{12,64}$/.test(reference) && found.name !== `docker.io/library/${reference}:latest`;
}

/** A layer's directory name is unlike any other, so that it is found in mounts of any shape. */
function isMounted(layerDir: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(basename(layerDir));
}

function notThere(reference: string): PodproofError {
  return new PodproofError('not-found', `cannot remove image "${reference}": it is not in the store`);
}
