import type { FieldPath } from '../../core/field-path.ts';
import type { Volume } from '../../kube/pod.ts';
import type { VolumeKind } from '../../kube/volume.ts';
import type { Check, Review } from '../check.ts';
import { isSet } from '../reviewed-pod.ts';
import { joinQuote, pluralize, sortedSet } from '../wording.ts';
import { hostPathVolumes } from './host-path-volumes.ts';

/**
 * Storage comes from the pod itself, from the API, from an image, or through claims and drivers that an administrator
 * set up; sources that reach a storage system directly are out.
 *
 * Field: `spec.volumes[*]`. Allowed: the kinds of `ALLOWED`.
 */
const ALLOWED: readonly VolumeKind[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** In the order in which upstream names the kind of a volume that has several. */
const FORBIDDEN: readonly VolumeKind[] = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
];

/** A volume that names no source at all is an emptyDir once the API server has filled in its defaults. */
function hasNoSource(volume: Volume): boolean {
  return !Object.entries(volume).some(([key, value]) => key !== 'name' && isSet(value));
}

const review: Review = ({ spec }) => {
  const names: string[] = [];
  const kinds: string[] = [];
  const fields: FieldPath[] = [];
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    if (ALLOWED.some((kind) => isSet(volume[kind])) || hasNoSource(volume)) continue;
    const kind = FORBIDDEN.find((candidate) => isSet(volume[candidate]));
    names.push(volume.name);
    kinds.push(kind ?? 'unknown');
    fields.push(kind === undefined ? ['spec', 'volumes', index] : ['spec', 'volumes', index, kind]);
  }
  if (names.length === 0) return undefined;
  const types = sortedSet(kinds);
  const volumes = `${pluralize('volume', 'volumes', names.length)} ${joinQuote(names)}`;
  const verb = pluralize('uses', 'use', names.length);
  const noun = pluralize('restricted volume type', 'restricted volume types', types.length);
  return {
    reason: 'restricted volume types',
    detail: `${volumes} ${verb} ${noun} ${joinQuote(types)}`,
    fields,
  };
};

export const restrictedVolumes: Check = {
  id: 'restrictedVolumes',
  level: 'restricted',
  description: `Volumes are of the kinds ${ALLOWED.join(', ')}.`,
  versions: [{ minimumVersion: 'v1.0', review, overrides: [hostPathVolumes.id] }],
};
