import { PodproofError } from '../../core/errors.ts';
import { type Descriptor, decodeManifestOrIndex, isIndexValue, maxManifestBytes } from '../config.ts';
import { algorithmOf, isDigest } from '../digest.ts';
import { isConfig } from '../media-type.ts';
import type { ImagePlatform } from '../platform.ts';
import { formatReference, parseReference } from '../reference.ts';
import { verified, verifyBytes } from '../verify.ts';
import { fewNames } from './few-names.ts';
import { type FileTree, readTreeFile } from './file-tree.ts';
import { resolveManifest } from './resolve-manifest.ts';
import type { BlobReader, ResolvedImage, Source } from './source.ts';

const refNameAnnotation = 'org.opencontainers.image.ref.name';
/** containerd and Docker write the full name here, and only the tag into the other. */
const fullNameAnnotation = 'io.containerd.image.name';

/** An OCI image layout: `oci-layout`, `index.json` and `blobs/`, as a directory or inside of a tar archive. */
export function ociLayoutSource(
  text: string,
  tree: FileTree,
  wantedName: string | undefined,
  platform: ImagePlatform,
): Source {
  return {
    text,
    isLocal: true,
    resolve: async () => {
      const entries = await readEntries(tree);
      return resolveEntry(tree, chooseEntry(tree.text, entries, wantedName, platform), wantedName, platform);
    },
    resolveAll: async () => {
      const entries = await readEntries(tree);
      const chosen =
        wantedName === undefined
          ? everyImage(tree.text, entries, platform)
          : [chooseEntry(tree.text, entries, wantedName, platform)];
      return Promise.all(chosen.map((entry) => resolveEntry(tree, entry, wantedName, platform)));
    },
    close: () => tree.close(),
  };
}

/** What `index.json` lists. */
async function readEntries(tree: FileTree): Promise<readonly Descriptor[]> {
  if ((await tree.sizeBytes('index.json')) === undefined)
    throw new PodproofError('not-found', `"${tree.text}" is not an OCI image layout: it has no index.json`);
  const index = decodeManifestOrIndex(
    await readTreeFile(tree, 'index.json', maxManifestBytes),
    `index.json of "${tree.text}"`,
  );
  if (!isIndexValue(index))
    throw new PodproofError('invalid', `index.json of "${tree.text}" is not an index`);
  return index.manifests;
}

async function resolveEntry(
  tree: FileTree,
  entry: Descriptor,
  wantedName: string | undefined,
  platform: ImagePlatform,
): Promise<ResolvedImage> {
  const blobs = blobReader(tree);
  const bytes = await blobs.read(entry, maxManifestBytes);
  return resolveManifest(bytes, entry.digest, blobs, platform, nameOf(entry) ?? wantedName);
}

function blobReader(tree: FileTree): BlobReader {
  return {
    async read(descriptor, maxBytes) {
      const bytes = await readTreeFile(tree, blobPath(descriptor), maxBytes);
      return verifyBytes(bytes, descriptor);
    },
    open: (descriptor) => verified(openBlob(tree, descriptor), descriptor),
  };
}

async function* openBlob(tree: FileTree, descriptor: Descriptor): AsyncGenerator<Uint8Array> {
  const path = blobPath(descriptor);
  if ((await tree.sizeBytes(path)) === undefined)
    throw new PodproofError('not-found', `"${tree.text}" has no blob "${descriptor.digest}"`);
  yield* tree.stream(path);
}

function blobPath({ digest }: Descriptor): string {
  return `blobs/${algorithmOf(digest)}/${digest.slice(digest.indexOf(':') + 1)}`;
}

function nameOf(descriptor: Descriptor): string | undefined {
  return descriptor.annotations[fullNameAnnotation] ?? descriptor.annotations[refNameAnnotation];
}

function chooseEntry(
  text: string,
  entries: readonly Descriptor[],
  wantedName: string | undefined,
  platform: ImagePlatform,
): Descriptor {
  const images = entries.filter((entry) => !isConfig(entry.mediaType));
  const fits = wantedName === undefined ? images : images.filter((entry) => isNamed(entry, wantedName));
  const names = images.map((entry) => nameOf(entry) ?? entry.digest);
  const [only] = fits;
  if (only === undefined) {
    const wanted = wantedName === undefined ? 'no image' : `no image "${wantedName}"`;
    throw new PodproofError('not-found', `"${text}" has ${wanted}; it has: ${fewNames(names, 'nothing')}`);
  }
  if (fits.length === 1) return only;
  // Several entries of one name are one image for several platforms.
  const byPlatform = fits.filter((entry) => entry.platform !== undefined && isForPlatform(entry, platform));
  if (byPlatform.length === 1 && byPlatform[0] !== undefined) return byPlatform[0];
  throw new PodproofError('usage', `"${text}" has ${fits.length} images: ${fewNames(names, 'nothing')}`, {
    advice: 'name one of them: put a colon and its name or digest behind the path',
  });
}

/** One entry for each name, and those without a name that are for this platform. */
function everyImage(
  text: string,
  entries: readonly Descriptor[],
  platform: ImagePlatform,
): readonly Descriptor[] {
  const images = entries.filter((entry) => !isConfig(entry.mediaType));
  const names = [...new Set(images.flatMap((entry) => nameOf(entry) ?? []))];
  const unnamed = images.filter((entry) => nameOf(entry) === undefined && isForPlatform(entry, platform));
  const found = [...names.map((name) => chooseEntry(text, entries, name, platform)), ...unnamed];
  return found.length > 0 ? found : [chooseEntry(text, entries, undefined, platform)];
}

function isForPlatform({ platform: its }: Descriptor, platform: ImagePlatform): boolean {
  return its === undefined || (its.os === platform.os && its.architecture === platform.architecture);
}

function isNamed(entry: Descriptor, wanted: string): boolean {
  if (isDigest(wanted)) return entry.digest === wanted;
  const names = [entry.annotations[fullNameAnnotation], entry.annotations[refNameAnnotation]];
  return names.some((name) => name !== undefined && (name === wanted || isSameReference(name, wanted)));
}

function isSameReference(left: string, right: string): boolean {
  try {
    return formatReference(parseReference(left)) === formatReference(parseReference(right));
  } catch {
    return false;
  }
}
