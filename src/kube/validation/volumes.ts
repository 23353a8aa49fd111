import type { DefaultedVolume } from '../default-volumes.ts';
import type { Volume } from '../pod.ts';
import { parseQuantity } from '../quantity.ts';
import type { EmptyDirVolumeSource, HostPathVolumeSource, KeyToPath, VolumeKind } from '../volume.ts';
import { validateDownwardApi } from './downward-api.ts';
import type { FieldErrors } from './field-errors.ts';
import { validateKeyToPath } from './key-to-path.ts';
import { dns1123Label } from './names.ts';
import { checkNoBacksteps } from './paths.ts';
import { type Place, SPEC } from './place.ts';
import { validateProjected } from './projected-volume.ts';
import { checkFileMode, checkRequired, checkSupported, each, requireText } from './rules.ts';

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

export function validateVolumes(errors: FieldErrors, volumes: readonly DefaultedVolume[] | undefined): void {
  if (volumes === undefined) return;
  const names = new Set<string>();
  each(volumes, SPEC.at('volumes'), (volume, place) => {
    checkOneSource(errors, volume, place);
    checkSource(errors, volume, place);
    checkRequired(errors, dns1123Label, volume.name, place.at('name'));
    if (names.has(volume.name)) errors.duplicate(place.at('name'), volume.name);
    names.add(volume.name);
  });
}

function checkOneSource(errors: FieldErrors, volume: Volume, place: Place): void {
  // Its name and its source: nearly all volumes have just these two.
  if (Object.keys(volume).length === 2) return;
  const [first, ...more] = KINDS.filter((kind) => volume[kind] !== undefined);
  if (first === undefined) errors.required(place, 'must specify a volume type');
  for (const kind of more) errors.forbidden(place.at(kind), 'may not specify more than 1 volume type');
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** The rules of the kinds that podproof carries out. */
function checkSource(errors: FieldErrors, volume: DefaultedVolume, place: Place): void {
  const { emptyDir, hostPath, secret, configMap, persistentVolumeClaim, downwardAPI, projected, image } =
    volume;
  if (emptyDir !== undefined) checkSizeLimit(errors, emptyDir, place.at('emptyDir'));
  if (hostPath !== undefined) checkHostPath(errors, hostPath, place.at('hostPath'));
  if (secret !== undefined) {
    requireText(errors, secret.secretName, place.at('secret').at('secretName'));
    checkFiles(errors, secret, place.at('secret'));
  }
  if (configMap !== undefined) {
    requireText(errors, configMap.name, place.at('configMap').at('name'));
    checkFiles(errors, configMap, place.at('configMap'));
  }
  if (persistentVolumeClaim !== undefined) {
    const claim = place.at('persistentVolumeClaim');
    requireText(errors, persistentVolumeClaim.claimName, claim.at('claimName'));
  }
  if (downwardAPI !== undefined) validateDownwardApi(errors, downwardAPI, place.at('downwardAPI'));
  if (projected !== undefined) validateProjected(errors, projected, place.at('projected'));
  if (image !== undefined) {
    requireText(errors, image.reference, place.at('image').at('reference'));
    checkSupported(errors, image.pullPolicy, PULL_POLICIES, place.at('image').at('pullPolicy'));
  }
}

function checkSizeLimit(errors: FieldErrors, { sizeLimit }: EmptyDirVolumeSource, place: Place): void {
  if (sizeLimit === undefined) return;
  const parsed = parseQuantity(sizeLimit);
  if (parsed.ok && parsed.value.nanos < 0n) {
    errors.forbidden(place.at('sizeLimit'), 'SizeLimit field must be a valid resource quantity');
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

function checkHostPath(errors: FieldErrors, { path, type }: HostPathVolumeSource, place: Place): void {
  requireText(errors, path, place.at('path'));
  if (path === '') return;
  checkNoBacksteps(errors, path, place.at('path'));
  checkSupported(errors, type, HOST_PATH_TYPES, place.at('type'));
}

interface KeyFiles {
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
}

function checkFiles(errors: FieldErrors, { defaultMode, items }: KeyFiles, place: Place): void {
  checkFileMode(errors, defaultMode, place.at('defaultMode'));
  each(items, place.at('items'), (item, at) => validateKeyToPath(errors, item, at));
}
