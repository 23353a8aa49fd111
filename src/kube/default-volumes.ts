import { defaultPullPolicy } from './default-pull-policy.ts';
import { draftOf } from './draft.ts';
import type { Volume } from './pod.ts';
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  HostPathVolumeSource,
  ProjectedVolumeSource,
  SecretVolumeSource,
  VolumeProjection,
} from './volume.ts';

interface DefaultMode {
  readonly defaultMode: number;
}

export interface DefaultedVolume extends Volume {
  readonly configMap?: ConfigMapVolumeSource & DefaultMode;
  readonly secret?: SecretVolumeSource & DefaultMode;
  readonly downwardAPI?: DownwardAPIVolumeSource & DefaultMode;
  readonly projected?: ProjectedVolumeSource &
    DefaultMode & { readonly sources: readonly VolumeProjection[] };
  readonly hostPath?: HostPathVolumeSource & { readonly type: NonNullable<HostPathVolumeSource['type']> };
}

const DEFAULT_MODE = 0o644;
const TOKEN_EXPIRATION_SECONDS = 3600;

/** A volume without any source is an emptyDir; files have mode 0644; a token lasts an hour. */
export function defaultedVolume(volume: Volume): DefaultedVolume {
  const { configMap, secret, downwardAPI, projected, hostPath, image } = volume;
  if (Object.keys(volume).length === 1) return { name: volume.name, emptyDir: {} };
  const result = draftOf(volume);
  if (configMap !== undefined) result.configMap = withMode(configMap);
  if (secret !== undefined) result.secret = withMode(secret);
  if (downwardAPI !== undefined) result.downwardAPI = withMode(defaultedItems(downwardAPI));
  if (projected !== undefined) result.projected = defaultedProjected(projected);
  if (hostPath !== undefined) result.hostPath = { type: '', ...hostPath };
  if (image !== undefined) result.image = defaultedImage(image);
  // Whatever a defaulted volume has beyond a written one has been filled in above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return result as DefaultedVolume;
}

function withMode<T extends { readonly defaultMode?: number }>(source: T): T & DefaultMode {
  return { defaultMode: DEFAULT_MODE, ...source };
}

function defaultedImage(image: NonNullable<Volume['image']>): typeof image {
  return { ...image, pullPolicy: image.pullPolicy ?? defaultPullPolicy(image.reference ?? '') };
}

function defaultedProjected(projected: ProjectedVolumeSource): NonNullable<DefaultedVolume['projected']> {
  const sources = (projected.sources ?? []).map(defaultedProjection);
  return { defaultMode: DEFAULT_MODE, ...projected, sources };
}

function defaultedProjection(source: VolumeProjection): VolumeProjection {
  const { serviceAccountToken, downwardAPI } = source;
  const result = draftOf(source);
  if (serviceAccountToken !== undefined) {
    result.serviceAccountToken = { expirationSeconds: TOKEN_EXPIRATION_SECONDS, ...serviceAccountToken };
  }
  if (downwardAPI !== undefined) result.downwardAPI = defaultedItems(downwardAPI);
  return result;
}

function defaultedItems<T extends { readonly items?: readonly DownwardAPIVolumeFile[] }>(source: T): T {
  if (source.items === undefined) return source;
  return { ...source, items: source.items.map(defaultedItem) };
}

function defaultedItem(item: DownwardAPIVolumeFile): DownwardAPIVolumeFile {
  return item.fieldRef === undefined ? item : { ...item, fieldRef: { apiVersion: 'v1', ...item.fieldRef } };
}
