import type { Volume } from '../pod.ts';
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeSource,
  HostPathVolumeSource,
  KeyToPath,
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  ProjectedVolumeSource,
  SecretVolumeSource,
  TypedObjectReference,
  VolumeProjection,
  VolumeSource,
} from '../volume.ts';
import { objectFieldSelector, resourceFieldSelector, resourceRequirements } from './container-schemas.ts';
import { labelSelector, objectMeta } from './meta-schemas.ts';
import type { Schema } from './schema.ts';
import {
  awsElasticBlockStore,
  azureDisk,
  azureFile,
  cephFS,
  cinder,
  csi,
  fc,
  flex,
  flocker,
  gcePersistentDisk,
  gitRepo,
  glusterfs,
  iscsi,
  nfs,
  photonPersistentDisk,
  portworx,
  quobyte,
  rbd,
  scaleIO,
  storageOS,
  vsphereVirtualDisk,
} from './volume-plugin-schemas.ts';

const keyToPath: Schema<KeyToPath> = { 'key!': 'string', 'path!': 'string', mode: 'int32' };

const configMap: Schema<ConfigMapVolumeSource> = {
  name: 'string',
  items: [keyToPath],
  defaultMode: 'int32',
  optional: 'boolean',
};

const secret: Schema<SecretVolumeSource> = {
  secretName: 'string',
  items: [keyToPath],
  defaultMode: 'int32',
  optional: 'boolean',
};

const downwardAPI: Schema<DownwardAPIVolumeSource> = {
  items: [
    {
      'path!': 'string',
      fieldRef: objectFieldSelector,
      resourceFieldRef: resourceFieldSelector,
      mode: 'int32',
    },
  ],
  defaultMode: 'int32',
};

const volumeProjection: Schema<VolumeProjection> = {
  configMap: { name: 'string', items: [keyToPath], optional: 'boolean' },
  secret: { name: 'string', items: [keyToPath], optional: 'boolean' },
  downwardAPI: { items: downwardAPI.items },
  serviceAccountToken: { 'path!': 'string', audience: 'string', expirationSeconds: 'int64' },
  clusterTrustBundle: {
    name: 'string',
    signerName: 'string',
    labelSelector,
    optional: 'boolean',
    'path!': 'string',
  },
  podCertificate: {
    signerName: 'string',
    keyType: 'string',
    maxExpirationSeconds: 'int32',
    credentialBundlePath: 'string',
    keyPath: 'string',
    certificateChainPath: 'string',
    userAnnotations: { '*': 'string' },
  },
};

const projected: Schema<ProjectedVolumeSource> = { sources: [volumeProjection], defaultMode: 'int32' };

export const hostPath: Schema<HostPathVolumeSource> = { 'path!': 'string', type: 'string' };

const typedObjectReference: Schema<TypedObjectReference> = {
  apiGroup: 'string',
  'kind!': 'string',
  'name!': 'string',
  namespace: 'string',
};

export const persistentVolumeClaimSpec: Schema<PersistentVolumeClaimSpec> = {
  accessModes: ['string'],
  selector: labelSelector,
  resources: resourceRequirements,
  volumeName: 'string',
  storageClassName: 'string',
  volumeMode: 'string',
  dataSource: typedObjectReference,
  dataSourceRef: typedObjectReference,
  volumeAttributesClassName: 'string',
};

const persistentVolumeClaimTemplate: Schema<PersistentVolumeClaimTemplate> = {
  metadata: objectMeta,
  'spec!': persistentVolumeClaimSpec,
};

const volumeSource: Schema<VolumeSource> = {
  hostPath,
  emptyDir: { medium: 'string', sizeLimit: 'quantity' },
  gcePersistentDisk,
  awsElasticBlockStore,
  gitRepo,
  secret,
  nfs,
  iscsi,
  glusterfs,
  persistentVolumeClaim: { 'claimName!': 'string', readOnly: 'boolean' },
  rbd,
  flexVolume: flex,
  cinder,
  cephfs: cephFS,
  flocker,
  downwardAPI,
  fc,
  azureFile,
  configMap,
  vsphereVolume: vsphereVirtualDisk,
  quobyte,
  azureDisk,
  photonPersistentDisk,
  projected,
  portworxVolume: portworx,
  scaleIO,
  storageos: storageOS,
  csi,
  ephemeral: { volumeClaimTemplate: persistentVolumeClaimTemplate },
  image: { reference: 'string', pullPolicy: 'string' },
};

export const volume: Schema<Volume> = { 'name!': 'string', ...volumeSource };
