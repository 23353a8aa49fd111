import type { FieldPath } from '../../core/field-path.ts';
import type { DefaultedVolume } from '../default-volumes.ts';
import { duplicate, forbidden, required } from '../field-error.ts';
import type { Volume } from '../pod.ts';
import { parseQuantity } from '../quantity.ts';
import type { HostPathVolumeSource, KeyToPath, VolumeKind } from '../volume.ts';
import { validateDownwardApi } from './downward-api.ts';
import { validateKeyToPath } from './key-to-path.ts';
import { dns1123Label } from './names.ts';
import { checkNoBacksteps } from './paths.ts';
import { validateProjected } from './projected-volume.ts';
import { checkFileMode, checkRequired, checkSupported, type Errors, each, requireText } from './rules.ts';

/** The order in which upstream looks at the kinds: of two, the later is the one too many. */
const KINDS: readonly VolumeKind[] = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
];

export function* validateVolumes(volumes: readonly DefaultedVolume[] | undefined): Errors {
  const names = new Set<string>();
  for (const [volume, path] of each(volumes, ['spec', 'volumes'])) {
    yield* checkOneSource(volume, path);
    yield* checkSource(volume, path);
    yield* checkRequired(dns1123Label, volume.name, [...path, 'name']);
    if (names.has(volume.name)) yield duplicate([...path, 'name'], volume.name);
    names.add(volume.name);
  }
}

/** The kinds that a volume has set; it must be one. */
function volumeKindsOf(volume: Volume): readonly VolumeKind[] {
  return KINDS.filter((kind) => volume[kind] !== undefined);
}

function* checkOneSource(volume: Volume, path: FieldPath): Errors {
  const [first, ...more] = volumeKindsOf(volume);
  if (first === undefined) yield required(path, 'must specify a volume type');
  for (const kind of more) yield forbidden([...path, kind], 'may not specify more than 1 volume type');
}

/** The rules of the kinds that podproof carries out. */
function* checkSource(volume: DefaultedVolume, path: FieldPath): Errors {
  const { emptyDir, hostPath, secret, configMap, persistentVolumeClaim, downwardAPI, projected, image } =
    volume;
  if (emptyDir?.sizeLimit !== undefined)
    yield* checkSizeLimit(emptyDir.sizeLimit, [...path, 'emptyDir', 'sizeLimit']);
  if (hostPath !== undefined) yield* checkHostPath(hostPath, [...path, 'hostPath']);
  if (secret !== undefined) {
    yield* requireText(secret.secretName, [...path, 'secret', 'secretName']);
    yield* checkFiles(secret, [...path, 'secret']);
  }
  if (configMap !== undefined) {
    yield* requireText(configMap.name, [...path, 'configMap', 'name']);
    yield* checkFiles(configMap, [...path, 'configMap']);
  }
  if (persistentVolumeClaim !== undefined) {
    yield* requireText(persistentVolumeClaim.claimName, [...path, 'persistentVolumeClaim', 'claimName']);
  }
  if (downwardAPI !== undefined) yield* validateDownwardApi(downwardAPI, [...path, 'downwardAPI']);
  if (projected !== undefined) yield* validateProjected(projected, [...path, 'projected']);
  if (image !== undefined) {
    yield* requireText(image.reference, [...path, 'image', 'reference']);
    yield* checkSupported(
      image.pullPolicy,
      ['Always', 'IfNotPresent', 'Never'],
      [...path, 'image', 'pullPolicy'],
    );
  }
}

function* checkSizeLimit(sizeLimit: string | number, path: FieldPath): Errors {
  const parsed = parseQuantity(sizeLimit);
  if (parsed.ok && parsed.value.nanos < 0n) {
    yield forbidden(path, 'SizeLimit field must be a valid resource quantity');
  }
}

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

function* checkHostPath(hostPath: HostPathVolumeSource, path: FieldPath): Errors {
  yield* requireText(hostPath.path, [...path, 'path']);
  if (hostPath.path === '') return;
  yield* checkNoBacksteps(hostPath.path, [...path, 'path']);
  yield* checkSupported(hostPath.type, HOST_PATH_TYPES, [...path, 'type']);
}

interface KeyFiles {
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
}

function* checkFiles(files: KeyFiles, path: FieldPath): Errors {
  yield* checkFileMode(files.defaultMode, [...path, 'defaultMode']);
  for (const [item, place] of each(files.items, [...path, 'items'])) yield* validateKeyToPath(item, place);
}
