import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PodproofError } from '../core/errors.ts';
import type { Digest } from './digest.ts';
import type { UnpackedImage } from './image.ts';
import { type ImagePlatform, platformOf } from './platform.ts';
import type { RegistryCredentials, RegistryOptions } from './registry-options.ts';
import type { Source } from './sources/source.ts';
import type { LoadedImage, LoadOptions, LoadSettings } from './store/load.ts';
import { matchReference, readReferences, type StoredReference } from './store/references-file.ts';
import { layersSizeOf, readImage } from './store/stored-image.ts';
import { defaultUnpackLimits, type UnpackLimits } from './unpack/limits.ts';

/** How a store is opened; everything may be left out. */
export interface ImageStoreOptions {
  readonly limits?: Partial<UnpackLimits>;
  /** Whose images are chosen from an index; this machine's when left out. */
  readonly platform?: ImagePlatform;
  readonly registry?: RegistryOptions;
  /** Whether a layer directory is part of some mount; left out, this process's mounts are asked. */
  readonly isLayerInUse?: (layerDir: string) => boolean;
}

export interface PullOptions extends Omit<LoadOptions, 'name'> {
  /** Instead of what Docker's `config.json` has for that registry. */
  readonly credentials?: RegistryCredentials;
}

/** A name of the store, with what it stands for. */
export interface ImageListEntry {
  readonly name: string;
  readonly digest: Digest;
  readonly loadedAt: string;
  /** Unpacked size of its layers. */
  readonly sizeBytes: number;
}

/**
 * Images of this machine: configs and manifests by their digest, layers unpacked by their diff id, names in one small file. Many
 * processes may use a store at once. Reading is synchronous and takes no lock: what a name stands for is published whole.
 */
export interface ImageStore {
  /** Holds one directory `sha256-HEX/fs` per layer; the owners in it are those of the image. */
  readonly layersDir: string;
  /** From `oci:DIR[:NAME]`, `oci-archive:TAR[:NAME]`, `docker-archive:TAR[:NAME]`, `docker://REF` or a reference. */
  load(source: string | Source, options?: LoadOptions): Promise<LoadedImage>;
  /** The same for every image of a source, each under all of its own names. */
  loadAll(source: string | Source, options?: Omit<LoadOptions, 'name'>): Promise<readonly LoadedImage[]>;
  /** From a registry, under the name that was asked for. Layers that are there already are not asked for. */
  pull(reference: string, options?: PullOptions): Promise<LoadedImage>;
  list(): readonly ImageListEntry[];
  /** Without looking at any image. */
  isEmpty(): boolean;
  /** Takes a name away (given a digest: all names of that image), and the layers that no image and no mount uses. */
  remove(reference: string): Promise<readonly string[]>;
  /** By name, name and digest, digest, or 12 or more digits of one. */
  find(reference: string): UnpackedImage | undefined;
  /** As `find`, ready to run. Throws `not-found`. */
  unpacked(reference: string): UnpackedImage;
}

/** `find` among the names that the store in `root/images` has now: thousands are looked up, and its file is read once. */
export function openImageFinder(root: string): ImageStore['find'] {
  const dir = join(root, 'images');
  const references = readReferences(dir);
  return (reference) => {
    const stored = matchReference(references, reference);
    return stored === undefined ? undefined : readImage(dir, stored.manifest, reference);
  };
}

/** Opens the store in `root/images`; nothing is made before something is loaded. */
export function openImageStore(root: string, options: ImageStoreOptions = {}): ImageStore {
  const dir = join(root, 'images');
  const layersDir = join(dir, 'layers');
  const find: ImageStore['find'] = (reference) => openImageFinder(root)(reference);
  const settings = (credentials?: RegistryCredentials): LoadSettings => ({
    dir,
    limits: { ...defaultUnpackLimits, ...options.limits },
    platform: options.platform ?? platformOf(process.arch),
    registry: { ...options.registry, ...(credentials && { credentials }) },
  });
  const load = async (
    source: string | Source,
    { credentials, ...loadOptions }: LoadOptions & PullOptions = {},
  ): Promise<LoadedImage> => {
    prepare(dir);
    const { loadInto } = await import('./store/load.ts');
    return loadInto(settings(credentials), source, loadOptions);
  };
  return {
    layersDir,
    load,
    loadAll: async (source, loadOptions = {}) => {
      prepare(dir);
      const { loadAllInto } = await import('./store/load.ts');
      return loadAllInto(settings(), source, loadOptions);
    },
    pull: (reference, pullOptions = {}) => load(`docker://${reference}`, { ...pullOptions, name: reference }),
    list: () => readReferences(dir).map((stored) => listEntry(dir, stored)),
    isEmpty: () => readReferences(dir).length === 0,
    remove: async (reference) => {
      const { removeFrom } = await import('./store/remove.ts');
      return removeFrom(dir, reference, options.isLayerInUse);
    },
    find,
    unpacked(reference) {
      const image = find(reference);
      if (image !== undefined) return image;
      throw new PodproofError('not-found', `image "${reference}" is not in the store`, {
        advice: `podproof image load SOURCE --name ${reference}, or podproof image pull ${reference}`,
      });
    },
  };
}

function prepare(dir: string): void {
  if (process.geteuid?.() !== 0)
    throw new PodproofError('unsupported', 'cannot unpack an image: owners and device nodes need root', {
      advice: 'run it as root (sudo)',
    });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const name of ['layers', 'blobs', 'temp'])
    mkdirSync(join(dir, name), { recursive: true, mode: 0o700 });
}

function listEntry(dir: string, stored: StoredReference): ImageListEntry {
  return {
    name: stored.name,
    digest: stored.manifest,
    loadedAt: stored.loadedAt,
    sizeBytes: layersSizeOf(dir, stored.manifest),
  };
}
