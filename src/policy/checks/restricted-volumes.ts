import type { Volume } from '../../kube/pod.ts';
import type { VolumeKind } from '../../kube/volume.ts';
import type { Check, Review } from '../check.ts';
import { isSet } from '../reviewed-pod.ts';
import { joinQuote, pluralize, sortedSet } from '../wording.ts';
import { adviseOnHostPaths, hostPathVolumes } from './host-path-volumes.ts';

/**
 * Storage comes from the pod itself, from the API, from an image, or through claims and drivers that an administrator
 * set up; sources that reach a storage system directly are out.
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

function isForbidden(volume: Volume): boolean {
  return !ALLOWED.some((kind) => isSet(volume[kind])) && hasSource(volume);
}

/** A volume that names no source at all is an emptyDir once the API server has filled in its defaults. */
function hasSource(volume: Volume): boolean {
  return Object.entries(volume).some(([key, value]) => key !== 'name' && isSet(value));
}

interface BadVolume {
  readonly name: string;
  readonly index: number;
  readonly kind: VolumeKind | undefined;
}

const review: Review = ({ spec }) => {
  let bad: BadVolume[] | undefined;
  let index = 0;
  for (const volume of spec.volumes ?? []) {
    if (isForbidden(volume)) {
      bad ??= [];
      bad.push({ name: volume.name, index, kind: FORBIDDEN.find((kind) => isSet(volume[kind])) });
    }
    index += 1;
  }
  if (bad === undefined) return undefined;
  const who = volumesPhrase(bad);
  const kinds = sortedSet(bad.map(({ kind }) => kind ?? 'unknown'));
  const noun = pluralize('restricted volume type', 'restricted volume types', kinds.length);
  return {
    reason: 'restricted volume types',
    detail: `${who} ${pluralize('uses', 'use', bad.length)} ${noun} ${joinQuote(kinds)}`,
    advice: adviseOn(bad),
    fields: bad.map(({ index: at, kind }) => ['spec', 'volumes', at, ...(kind === undefined ? [] : [kind])]),
  };
};

function adviseOn(bad: readonly BadVolume[]): string {
  const hostPaths = bad.filter(({ kind }) => kind === 'hostPath');
  const others = bad.filter(({ kind }) => kind !== 'hostPath');
  const advice: string[] = [];
  if (hostPaths.length > 0) advice.push(adviseOnHostPaths(hostPaths.map(({ name }) => name)));
  if (others.length > 0)
    advice.push(
      `use a PersistentVolumeClaim, or another of ${ALLOWED.join(', ')}, for ${volumesPhrase(others)}`,
    );
  return advice.join('; ');
}

function volumesPhrase(volumes: readonly BadVolume[]): string {
  return `${pluralize('volume', 'volumes', volumes.length)} ${joinQuote(volumes.map(({ name }) => name))}`;
}

export const restrictedVolumes: Check = {
  id: 'restrictedVolumes',
  level: 'restricted',
  title: 'Volume Types',
  description: `Volumes are of the kinds ${ALLOWED.join(', ')}.`,
  restricts: [{ fields: FORBIDDEN.map((kind) => `spec.volumes[*].${kind}`), allowed: ['left out'] }],
  remedy: `Use a PersistentVolumeClaim, or another of \`${ALLOWED.join('`, `')}\`.`,
  versions: [{ minimumVersion: 'v1.0', review, overrides: [hostPathVolumes.id] }],
};
