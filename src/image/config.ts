import { messageOf, PodproofError } from '../core/errors.ts';
import { type Digest, isDigest } from './digest.ts';
import type { ContainerConfig, ImageConfig } from './image.ts';
import { isConfig, isIndex, isManifest, layerRefusal, mediaTypes } from './media-type.ts';

export const maxManifestBytes: number = 4 * 1024 * 1024;
export const maxConfigBytes: number = 8 * 1024 * 1024;
const maxLayers = 1000;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly platform:
    | { readonly os: string; readonly architecture: string; readonly variant?: string }
    | undefined;
}

export interface Manifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface Index {
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

/** Decodes a manifest or an index; which of them it is, its own `mediaType` says, or else its members. */
export function decodeManifestOrIndex(bytes: Uint8Array, what: string): Manifest | Index {
  const json = objectOf(parseJson(bytes, maxManifestBytes, what), what);
  const mediaType = json['mediaType'];
  const isList = typeof mediaType === 'string' ? isIndex(mediaType) : Array.isArray(json['manifests']);
  if (typeof mediaType === 'string' && !isList && !isManifest(mediaType))
    throw invalid(what, `media type "${mediaType}" is not supported`);
  if (isList && (json['layers'] !== undefined || json['config'] !== undefined))
    throw invalid(what, 'it is an index and a manifest at once');
  return isList ? decodeIndex(json, what) : decodeManifest(json, what);
}

export function isIndexValue(value: Manifest | Index): value is Index {
  return 'manifests' in value;
}

function decodeIndex(json: JsonObject, what: string): Index {
  const manifests = arrayOf(json['manifests'], `${what}: "manifests"`);
  return {
    mediaType: typeof json['mediaType'] === 'string' ? json['mediaType'] : mediaTypes.ociIndex,
    manifests: manifests.map((entry, i) => decodeDescriptor(entry, `${what}: manifests[${i}]`)),
  };
}

function decodeManifest(json: JsonObject, what: string): Manifest {
  if (json['schemaVersion'] === 1)
    throw invalid(what, 'it is a manifest of schema 1, which Docker and containerd no longer read either');
  if (json['schemaVersion'] !== 2) throw invalid(what, '"schemaVersion" is not 2');
  const config = decodeDescriptor(json['config'], `${what}: "config"`);
  if (!isConfig(config.mediaType))
    throw invalid(what, `its config is "${config.mediaType}": an artifact, not a container image`);
  if (config.sizeBytes > maxConfigBytes)
    throw invalid(what, `its config has ${config.sizeBytes} bytes; the limit is ${maxConfigBytes}`);
  const layers = arrayOf(json['layers'], `${what}: "layers"`);
  if (layers.length > maxLayers)
    throw invalid(what, `it has ${layers.length} layers; the limit is ${maxLayers}`);
  return {
    mediaType: typeof json['mediaType'] === 'string' ? json['mediaType'] : mediaTypes.ociManifest,
    config,
    layers: layers.map((entry, i) => decodeLayer(entry, `${what}: layers[${i}]`)),
  };
}

function decodeLayer(value: unknown, what: string): Descriptor {
  const layer = decodeDescriptor(value, what);
  const refusal = layerRefusal(layer.mediaType);
  if (refusal === undefined) return layer;
  throw new PodproofError(
    'unsupported',
    `cannot use layer "${layer.digest}" of type "${layer.mediaType}": ${refusal}`,
  );
}

function decodeDescriptor(value: unknown, what: string): Descriptor {
  const json = objectOf(value, what);
  const { digest, size, mediaType, platform } = json;
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(what, `"digest" is not a digest`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid(what, '"size" is not a number of bytes');
  if (typeof mediaType !== 'string') throw invalid(what, '"mediaType" is not text');
  return {
    mediaType,
    digest,
    sizeBytes: size,
    annotations: optional(json['annotations'], (it) => textRecordOf(it, `${what}: "annotations"`)) ?? {},
    platform: optional(platform, (it) => decodePlatform(it, `${what}: "platform"`)),
  };
}

function decodePlatform(value: unknown, what: string): NonNullable<Descriptor['platform']> {
  const json = objectOf(value, what);
  const variant = optional(json['variant'], (it) => textOf(it, `${what}: "variant"`));
  return {
    os: textOf(json['os'] ?? '', `${what}: "os"`),
    architecture: textOf(json['architecture'] ?? '', `${what}: "architecture"`),
    ...(variant === undefined ? {} : { variant }),
  };
}

/** Decodes an image configuration. What podproof reads of it is checked for its type; the rest is kept as it is. */
export function decodeImageConfig(bytes: Uint8Array, what: string): ImageConfig {
  const json = objectOf(parseJson(bytes, maxConfigBytes, what), what);
  const rootfs = objectOf(json['rootfs'], `${what}: "rootfs"`);
  if (rootfs['type'] !== 'layers') throw invalid(what, '"rootfs.type" is not "layers"');
  const diffIds = textsOf(rootfs['diff_ids'], `${what}: "rootfs.diff_ids"`);
  for (const diffId of diffIds)
    if (!isDigest(diffId)) throw invalid(what, `"rootfs.diff_ids" holds "${diffId}", which is not a digest`);
  const variant = optional(json['variant'], (it) => textOf(it, `${what}: "variant"`));
  const created = optional(json['created'], (it) => textOf(it, `${what}: "created"`));
  return {
    architecture: textOf(json['architecture'], `${what}: "architecture"`),
    os: textOf(json['os'], `${what}: "os"`),
    ...(variant === undefined ? {} : { variant }),
    ...(created === undefined ? {} : { created }),
    config: decodeContainerConfig(json['config'] ?? {}, `${what}: "config"`),
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
}

/** The configuration of containers alone, as `docker inspect` shows it. */
export function decodeContainerConfig(value: unknown, what: string): ContainerConfig {
  const json = objectOf(value, what);
  for (const key of ['User', 'WorkingDir', 'StopSignal'])
    optional(json[key], (it) => textOf(it, `${what}.${key}`));
  for (const key of ['Env', 'Entrypoint', 'Cmd', 'OnBuild', 'Shell'])
    optional(json[key], (it) => textsOf(it, `${what}.${key}`));
  for (const key of ['ExposedPorts', 'Volumes']) optional(json[key], (it) => objectOf(it, `${what}.${key}`));
  optional(json['Labels'], (it) => textRecordOf(it, `${what}.Labels`));
  for (const key of ['User', 'WorkingDir', 'StopSignal', 'Env', 'Entrypoint', 'Cmd'])
    if (JSON.stringify(json[key] ?? null).includes('\\u0000'))
      throw invalid(what, `"${key}" holds a NUL character`);
  // Docker writes null for what is not set; Kubernetes' and our vocabulary is "absent".
  return Object.fromEntries(Object.entries(json).filter(([, member]) => member !== null));
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseJson(bytes: Uint8Array, maxBytes: number, what: string): unknown {
  if (bytes.length > maxBytes) throw invalid(what, `it has ${bytes.length} bytes; the limit is ${maxBytes}`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalid(what, messageOf(error));
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown, what: string): JsonObject {
  if (!isJsonObject(value)) throw invalid(what, 'it is not an object');
  return value;
}

function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(what, 'it is not a list');
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw invalid(what, 'it is not text');
  return value;
}

function textsOf(value: unknown, what: string): readonly string[] {
  return arrayOf(value, what).map((entry, i) => textOf(entry, `${what}[${i}]`));
}

function textRecordOf(value: unknown, what: string): Readonly<Record<string, string>> {
  const json = objectOf(value, what);
  return Object.fromEntries(
    Object.entries(json).map(([key, member]) => [key, textOf(member, `${what}.${key}`)]),
  );
}

function optional<T>(value: unknown, decode: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : decode(value);
}

function invalid(what: string, problem: string): PodproofError {
  return new PodproofError('invalid', `cannot read ${what}: ${problem}`);
}
