import type {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CephFSVolumeSource,
  CinderVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  GitRepoVolumeSource,
  GlusterfsVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from '../volume-plugins.ts';
import { localObjectReference } from './meta-schemas.ts';
import type { Schema } from './schema.ts';

export const nfs: Schema<NFSVolumeSource> = {
  'server!': 'string',
  'path!': 'string',
  readOnly: 'boolean',
};

export const csi: Schema<CSIVolumeSource> = {
  'driver!': 'string',
  readOnly: 'boolean',
  fsType: 'string',
  volumeAttributes: { '*': 'string' },
  nodePublishSecretRef: localObjectReference,
};

export const iscsi: Schema<ISCSIVolumeSource> = {
  'targetPortal!': 'string',
  'iqn!': 'string',
  'lun!': 'int32',
  iscsiInterface: 'string',
  fsType: 'string',
  readOnly: 'boolean',
  portals: ['string'],
  chapAuthDiscovery: 'boolean',
  chapAuthSession: 'boolean',
  secretRef: localObjectReference,
  initiatorName: 'string',
};

export const fc: Schema<FCVolumeSource> = {
  targetWWNs: ['string'],
  lun: 'int32',
  fsType: 'string',
  readOnly: 'boolean',
  wwids: ['string'],
};

export const awsElasticBlockStore: Schema<AWSElasticBlockStoreVolumeSource> = {
  'volumeID!': 'string',
  fsType: 'string',
  partition: 'int32',
  readOnly: 'boolean',
};

export const azureDisk: Schema<AzureDiskVolumeSource> = {
  'diskName!': 'string',
  'diskURI!': 'string',
  cachingMode: 'string',
  fsType: 'string',
  readOnly: 'boolean',
  kind: 'string',
};

export const azureFile: Schema<AzureFileVolumeSource> = {
  'secretName!': 'string',
  'shareName!': 'string',
  readOnly: 'boolean',
};

export const cephFS: Schema<CephFSVolumeSource> = {
  'monitors!': ['string'],
  path: 'string',
  user: 'string',
  secretFile: 'string',
  secretRef: localObjectReference,
  readOnly: 'boolean',
};

export const cinder: Schema<CinderVolumeSource> = {
  'volumeID!': 'string',
  fsType: 'string',
  readOnly: 'boolean',
  secretRef: localObjectReference,
};

export const flex: Schema<FlexVolumeSource> = {
  'driver!': 'string',
  fsType: 'string',
  secretRef: localObjectReference,
  readOnly: 'boolean',
  options: { '*': 'string' },
};

export const flocker: Schema<FlockerVolumeSource> = {
  datasetName: 'string',
  datasetUUID: 'string',
};

export const gcePersistentDisk: Schema<GCEPersistentDiskVolumeSource> = {
  'pdName!': 'string',
  fsType: 'string',
  partition: 'int32',
  readOnly: 'boolean',
};

export const gitRepo: Schema<GitRepoVolumeSource> = {
  'repository!': 'string',
  revision: 'string',
  directory: 'string',
};

export const glusterfs: Schema<GlusterfsVolumeSource> = {
  'endpoints!': 'string',
  'path!': 'string',
  readOnly: 'boolean',
};

export const photonPersistentDisk: Schema<PhotonPersistentDiskVolumeSource> = {
  'pdID!': 'string',
  fsType: 'string',
};

export const portworx: Schema<PortworxVolumeSource> = {
  'volumeID!': 'string',
  fsType: 'string',
  readOnly: 'boolean',
};

export const quobyte: Schema<QuobyteVolumeSource> = {
  'registry!': 'string',
  'volume!': 'string',
  readOnly: 'boolean',
  user: 'string',
  group: 'string',
  tenant: 'string',
};

export const rbd: Schema<RBDVolumeSource> = {
  'monitors!': ['string'],
  'image!': 'string',
  fsType: 'string',
  pool: 'string',
  user: 'string',
  keyring: 'string',
  secretRef: localObjectReference,
  readOnly: 'boolean',
};

export const scaleIO: Schema<ScaleIOVolumeSource> = {
  'gateway!': 'string',
  'system!': 'string',
  'secretRef!': localObjectReference,
  sslEnabled: 'boolean',
  protectionDomain: 'string',
  storagePool: 'string',
  storageMode: 'string',
  volumeName: 'string',
  fsType: 'string',
  readOnly: 'boolean',
};

export const storageOS: Schema<StorageOSVolumeSource> = {
  volumeName: 'string',
  volumeNamespace: 'string',
  fsType: 'string',
  readOnly: 'boolean',
  secretRef: localObjectReference,
};

export const vsphereVirtualDisk: Schema<VsphereVirtualDiskVolumeSource> = {
  'volumePath!': 'string',
  fsType: 'string',
  storagePolicyName: 'string',
  storagePolicyID: 'string',
};
