import { defaultPullPolicy } from './default-pull-policy.ts';
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
  const { configMap, secret, downwardAPI, projected, hostPath, image, ...rest } = volume;
  if (Object.keys(volume).length === 1) return { ...rest, emptyDir: {} };
  return {
    ...rest,
    ...(configMap && { configMap: { defaultMode: DEFAULT_MODE, ...configMap } }),
    ...(secret && { secret: { defaultMode: DEFAULT_MODE, ...secret } }),
    ...(downwardAPI && { downwardAPI: { defaultMode: DEFAULT_MODE, ...defaultedItems(downwardAPI) } }),
    ...(projected && {
      projected: {
        defaultMode: DEFAULT_MODE,
        ...projected,
        sources: (projected.sources ?? []).map(defaultedProjection),
      },
    }),
    ...(hostPath && { hostPath: { type: '', ...hostPath } }),
    ...(image && {
      image: { ...image, pullPolicy: image.pullPolicy ?? defaultPullPolicy(image.reference ?? '') },
    }),
  };
}

function defaultedProjection(source: VolumeProjection): VolumeProjection {
  const { serviceAccountToken, downwardAPI } = source;
  return {
    ...source,
    ...(serviceAccountToken && {
      serviceAccountToken: { expirationSeconds: TOKEN_EXPIRATION_SECONDS, ...serviceAccountToken },
    }),
    ...(downwardAPI && { downwardAPI: defaultedItems(downwardAPI) }),
  };
}

function defaultedItems<T extends { readonly items?: readonly DownwardAPIVolumeFile[] }>(source: T): T {
  if (source.items === undefined) return source;
  return { ...source, items: source.items.map(defaultedItem) };
}

function defaultedItem(item: DownwardAPIVolumeFile): DownwardAPIVolumeFile {
  return item.fieldRef === undefined ? item : { ...item, fieldRef: { apiVersion: 'v1', ...item.fieldRef } };
}
