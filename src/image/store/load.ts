import { join } from 'node:path';
import { messageOf, PodproofError } from '../../core/errors.ts';
import { withFileLock } from '../../linux/file-lock.ts';
import type { UnpackedImage } from '../image.ts';
import { formatPlatform, type ImagePlatform } from '../platform.ts';
import { formatReference, parseReference } from '../reference.ts';
import type { RegistryOptions } from '../registry-options.ts';
import { openSource } from '../sources/open-source.ts';
import type { ResolvedImage, Source } from '../sources/source.ts';
import type { UnpackLimits } from '../unpack/limits.ts';
import { adoptImpliedDirectories, type LayerOnDisk } from './implied-directories.ts';
import { writeAtomically } from './json-file.ts';
import {
  hasLayer,
  layerRoot,
  publishLayers,
  readLayerRecord,
  type UnpackProgress,
  unpackLayers,
} from './layer-store.ts';
import { readReferences, writeReferences } from './references-file.ts';
import { collectGarbage } from './remove.ts';
import { blobPath, readImage } from './stored-image.ts';
import { makeTempDir, removeTree, sweepTempDirs } from './temp-dirs.ts';

export interface LoadOptions {
  /** The name to give to the image; left out, the source's own. */
  readonly name?: string;
  readonly onProgress?: (progress: UnpackProgress) => void;
}

export interface LoadedImage {
  readonly image: UnpackedImage;
  /** Canonical name, or the digest of an image without one. */
  readonly name: string;
  readonly warnings: readonly string[];
}

export interface LoadSettings {
  readonly dir: string;
  readonly limits: UnpackLimits;
  readonly platform: ImagePlatform;
  readonly registry: RegistryOptions;
}

/** Another process may take layers away between our look and our commit; then they are unpacked after all. */
const maxRounds = 3;

/** Loads an image into the store: resolve, unpack what is missing aside, then publish it in one short locked step. */
export async function loadInto(
  settings: LoadSettings,
  from: string | Source,
  options: LoadOptions,
): Promise<LoadedImage> {
  return withSource(settings, from, async (source) => {
    const resolved = await source.resolve();
    checkPlatform(resolved, settings.platform);
    const name = chooseName(resolved, source.text, options.name);
    return loadResolved(settings, resolved, name, source.text, options);
  });
}

/** Loads every image of the source under each of its names. One that cannot be named, or not run here, keeps all out. */
export async function loadAllInto(
  settings: LoadSettings,
  from: string | Source,
  options: Omit<LoadOptions, 'name'>,
): Promise<readonly LoadedImage[]> {
  return withSource(settings, from, async (source) => {
    const images = await source.resolveAll();
    for (const resolved of images) checkPlatform(resolved, settings.platform);
    const named = images.map((resolved) => ({
      resolved,
      name: chooseName(resolved, source.text, undefined),
    }));
    const loaded: LoadedImage[] = [];
    // One after the other: what images share is then unpacked once.
    for (const { resolved, name } of named) {
      loaded.push(await loadResolved(settings, resolved, name, source.text, options));
    }
    return loaded;
  });
}

async function withSource<T>(
  settings: LoadSettings,
  from: string | Source,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  await sweepTempDirs(join(settings.dir, 'temp'));
  const source =
    typeof from === 'string' ? await openSource(from, settings.platform, settings.registry) : from;
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

async function loadResolved(
  settings: LoadSettings,
  resolved: ResolvedImage,
  name: string,
  source: string,
  options: LoadOptions,
): Promise<LoadedImage> {
  for (let round = 1; ; round++) {
    const warnings = await loadOnce(settings, resolved, name, options);
    if (warnings !== undefined)
      return { image: readImage(settings.dir, resolved.digest, options.name ?? name), name, warnings };
    if (round === maxRounds)
      throw new PodproofError(
        'conflict',
        `cannot load "${source}": other processes keep removing its layers`,
      );
  }
}

/** Undefined when layers that were there have gone meanwhile. */
async function loadOnce(
  settings: LoadSettings,
  resolved: ResolvedImage,
  name: string,
  options: LoadOptions,
): Promise<readonly string[] | undefined> {
  const layersDir = join(settings.dir, 'layers');
  const missing = new Map(
    resolved.layers
      .filter(({ diffId }) => !hasLayer(layersDir, diffId))
      .map((layer) => [layer.diffId, layer]),
  );
  const tempDir = makeTempDir(join(settings.dir, 'temp'));
  try {
    const { limits } = settings;
    const warnings = [...(await unpackLayers([...missing.values()], tempDir, limits, options.onProgress))];
    warnings.push(...adoptImpliedDirectories(layersOnDisk(resolved, layersDir, tempDir)));
    const isDone = await withFileLock(join(settings.dir, 'lock'), () =>
      commit(settings.dir, resolved, name, tempDir),
    );
    return isDone ? warnings : undefined;
  } finally {
    await removeTree(tempDir);
  }
}

/** A layer that vanishes meanwhile is noticed at the commit. */
function layersOnDisk(resolved: ResolvedImage, layersDir: string, tempDir: string): readonly LayerOnDisk[] {
  return resolved.layers.map(({ diffId }) => {
    const isNew = hasLayer(tempDir, diffId);
    const parent = isNew ? tempDir : layersDir;
    const impliedDirs = readLayerRecord(parent, diffId)?.impliedDirs ?? [];
    return { root: layerRoot(parent, diffId), impliedDirs, isNew };
  });
}

function commit(dir: string, resolved: ResolvedImage, name: string, tempDir: string): boolean {
  const layersDir = join(dir, 'layers');
  publishLayers(tempDir, layersDir);
  if (!resolved.layers.every(({ diffId }) => hasLayer(layersDir, diffId))) return false;
  writeAtomically(blobPath(dir, resolved.configDigest), resolved.configBytes);
  writeAtomically(blobPath(dir, resolved.digest), resolved.manifestBytes);
  try {
    // What cannot be read back must not get a name.
    readImage(dir, resolved.digest, name);
  } catch (error) {
    collectGarbage(dir, readReferences(dir), tempDir);
    throw new PodproofError('invalid', `cannot use image "${name}": ${messageOf(error)}`, { cause: error });
  }
  const others = readReferences(dir).filter((it) => it.name !== name);
  const loadedAt = new Date().toISOString();
  writeReferences(dir, [...others, { name, manifest: resolved.digest, top: resolved.topDigest, loadedAt }]);
  return true;
}

function chooseName(resolved: ResolvedImage, source: string, given: string | undefined): string {
  const text = given ?? resolved.name;
  if (text === undefined) return resolved.digest;
  try {
    return formatReference(parseReference(text));
  } catch (error) {
    if (given !== undefined) throw error;
    throw new PodproofError('invalid', `cannot load "${source}" under its own name: ${messageOf(error)}`, {
      advice: 'give it another name with --name',
      cause: error,
    });
  }
}

function checkPlatform(resolved: ResolvedImage, platform: ImagePlatform): void {
  const { os, architecture } = resolved.config;
  if (os === platform.os && architecture === platform.architecture) return;
  throw new PodproofError(
    'unsupported',
    `image "${resolved.digest}" is for ${formatPlatform(resolved.config)}; this machine runs ${formatPlatform(platform)}`,
  );
}
