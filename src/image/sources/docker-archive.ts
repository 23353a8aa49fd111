import { messageOf, PodproofError } from '../../core/errors.ts';
import { decodeImageConfig, isJsonObject, maxConfigBytes, maxManifestBytes } from '../config.ts';
import { digestOf } from '../digest.ts';
import { mediaTypes } from '../media-type.ts';
import { formatReference, parseReference } from '../reference.ts';
import { fewNames } from './few-names.ts';
import { type FileTree, readTreeFile } from './file-tree.ts';
import type { ResolvedImage, Source, SourceLayer } from './source.ts';

interface ArchivedImage {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

/**
 * What `docker save` and `podman save` write: `manifest.json`, configs and layers in a tar archive. It has no registry
 * manifest, so one is put together from its config and layers: the same archive always gives the same digest.
 */
export function dockerArchiveSource(text: string, tree: FileTree, wantedName: string | undefined): Source {
  const resolve = async (): Promise<ResolvedImage> => {
    const image = chooseImage(tree.text, await readImages(tree), wantedName);
    const tag = image.RepoTags.find((it) => wantedName === undefined || isSame(it, wantedName));
    return resolveImage(tree, image, tag ?? wantedName);
  };
  const resolveEvery = async (): Promise<readonly ResolvedImage[]> => {
    const images = await readImages(tree);
    const named = images.flatMap((image) => namesOf(image).map((name) => ({ image, name })));
    return Promise.all(named.map(({ image, name }) => resolveImage(tree, image, name)));
  };
  return {
    text,
    isLocal: true,
    resolve,
    resolveAll: wantedName === undefined ? resolveEvery : async () => [await resolve()],
    close: () => tree.close(),
  };
}

function namesOf({ RepoTags }: ArchivedImage): readonly (string | undefined)[] {
  return RepoTags.length === 0 ? [undefined] : RepoTags;
}

async function readImages(tree: FileTree): Promise<readonly ArchivedImage[]> {
  return decodeArchiveManifest(await readTreeFile(tree, 'manifest.json', maxManifestBytes), tree.text);
}

async function resolveImage(
  tree: FileTree,
  image: ArchivedImage,
  name: string | undefined,
): Promise<ResolvedImage> {
  const configBytes = await readTreeFile(tree, image.Config, maxConfigBytes);
  const config = decodeImageConfig(configBytes, `image config "${image.Config}" of "${tree.text}"`);
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== image.Layers.length)
    throw invalid(tree.text, `an image has ${image.Layers.length} layers, its config ${diffIds.length}`);
  const layers = await Promise.all(
    image.Layers.map((path, i) => archivedLayer(tree, path, diffIds[i] ?? '')),
  );
  const configDigest = digestOf(configBytes);
  const manifestBytes = Buffer.from(JSON.stringify(buildManifest(configDigest, configBytes.length, layers)));
  const digest = digestOf(manifestBytes);
  return {
    digest,
    topDigest: digest,
    manifestBytes,
    mediaType: mediaTypes.dockerManifest,
    configDigest,
    configBytes,
    config,
    layers,
    name,
  };
}

/** The archive knows no digest of a layer's blob; its content is verified by its diff id while it is unpacked. */
async function archivedLayer(tree: FileTree, path: string, diffId: string): Promise<SourceLayer> {
  const sizeBytes = await tree.sizeBytes(path);
  if (sizeBytes === undefined) throw invalid(tree.text, `layer "${path}" is missing`);
  return { digest: diffId, sizeBytes, diffId, open: () => tree.stream(path) };
}

function buildManifest(configDigest: string, configSize: number, layers: readonly SourceLayer[]): object {
  return {
    schemaVersion: 2,
    mediaType: mediaTypes.dockerManifest,
    config: { mediaType: mediaTypes.dockerConfig, size: configSize, digest: configDigest },
    layers: layers.map(({ digest, sizeBytes }) => ({
      mediaType: mediaTypes.dockerLayer,
      size: sizeBytes,
      digest,
    })),
  };
}

function chooseImage(
  text: string,
  images: readonly ArchivedImage[],
  wantedName: string | undefined,
): ArchivedImage {
  const fits = images.filter(
    (image) => wantedName === undefined || image.RepoTags.some((tag) => isSame(tag, wantedName)),
  );
  const names = images.flatMap((image) => image.RepoTags);
  const [only] = fits;
  if (only === undefined)
    throw new PodproofError(
      'not-found',
      `"${text}" has no image "${wantedName ?? ''}"; it has: ${fewNames(names, 'nothing')}`,
    );
  if (fits.length > 1)
    throw new PodproofError('usage', `"${text}" has ${fits.length} images: ${fewNames(names, 'nothing')}`, {
      advice: 'name one of them: put a colon and its name behind the path',
    });
  return only;
}

function isSame(tag: string, wanted: string): boolean {
  return formatReference(parseReference(tag)) === formatReference(parseReference(wanted));
}

function decodeArchiveManifest(bytes: Buffer, text: string): readonly ArchivedImage[] {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw invalid(text, `manifest.json: ${messageOf(error)}`);
  }
  if (!Array.isArray(json)) throw invalid(text, 'manifest.json is not a list');
  return json.map((value: unknown) => decodeArchivedImage(value, text));
}

function decodeArchivedImage(value: unknown, text: string): ArchivedImage {
  const json = isJsonObject(value) ? value : {};
  const config = json['Config'];
  const tags = json['RepoTags'] ?? [];
  const layers = json['Layers'] ?? [];
  if (typeof config !== 'string' || !isTexts(tags) || !isTexts(layers))
    throw invalid(text, 'manifest.json has an entry without Config, RepoTags or Layers of the right type');
  return { Config: config, RepoTags: tags, Layers: layers };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((it) => typeof it === 'string');
}

function invalid(text: string, problem: string): PodproofError {
  return new PodproofError('invalid', `cannot read docker archive "${text}": ${problem}`);
}
