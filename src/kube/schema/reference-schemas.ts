import type {
  ClientIPConfig,
  ConfigMap,
  Namespace,
  ObjectReference,
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeSpec,
  Secret,
  Service,
  ServiceAccount,
  ServicePort,
  ServiceSpec,
  SessionAffinityConfig,
} from '../references.ts';
import { localObjectReference, objectFields } from './meta-schemas.ts';
import { nodeSelector } from './scheduling-schemas.ts';
import type { Schema } from './schema.ts';
import {
  namespaceStatus,
  persistentVolumeClaimStatus,
  persistentVolumeStatus,
  serviceStatus,
} from './status-schemas.ts';
import { hostPath, persistentVolumeClaimSpec } from './volume-schemas.ts';

export const configMap: Schema<ConfigMap> = {
  ...objectFields,
  data: { '*': 'string' },
  binaryData: { '*': 'base64' },
  immutable: 'boolean',
};

export const secret: Schema<Secret> = {
  ...objectFields,
  data: { '*': 'base64' },
  stringData: { '*': 'string' },
  type: 'string',
  immutable: 'boolean',
};

export const objectReference: Schema<ObjectReference> = {
  kind: 'string',
  namespace: 'string',
  name: 'string',
  uid: 'string',
  apiVersion: 'string',
  resourceVersion: 'string',
  fieldPath: 'string',
};

export const serviceAccount: Schema<ServiceAccount> = {
  ...objectFields,
  automountServiceAccountToken: 'boolean',
  imagePullSecrets: [localObjectReference],
  secrets: [objectReference],
};

export const namespace: Schema<Namespace> = {
  ...objectFields,
  spec: { finalizers: ['string'] },
  status: namespaceStatus,
};

export const persistentVolumeClaim: Schema<PersistentVolumeClaim> = {
  ...objectFields,
  'spec!': persistentVolumeClaimSpec,
  status: persistentVolumeClaimStatus,
};

const persistentVolumeSpec: Schema<PersistentVolumeSpec> = {
  capacity: { '*': 'quantity' },
  accessModes: ['string'],
  claimRef: objectReference,
  persistentVolumeReclaimPolicy: 'string',
  storageClassName: 'string',
  mountOptions: ['string'],
  volumeMode: 'string',
  nodeAffinity: { required: nodeSelector },
  volumeAttributesClassName: 'string',
  hostPath,
  local: { 'path!': 'string', fsType: 'string' },
  awsElasticBlockStore: 'any',
  azureDisk: 'any',
  azureFile: 'any',
  cephfs: 'any',
  cinder: 'any',
  csi: 'any',
  fc: 'any',
  flexVolume: 'any',
  flocker: 'any',
  gcePersistentDisk: 'any',
  glusterfs: 'any',
  iscsi: 'any',
  nfs: 'any',
  photonPersistentDisk: 'any',
  portworxVolume: 'any',
  quobyte: 'any',
  rbd: 'any',
  scaleIO: 'any',
  storageos: 'any',
  vsphereVolume: 'any',
};

export const persistentVolume: Schema<PersistentVolume> = {
  ...objectFields,
  'spec!': persistentVolumeSpec,
  status: persistentVolumeStatus,
};

const servicePort: Schema<ServicePort> = {
  name: 'string',
  protocol: 'string',
  appProtocol: 'string',
  'port!': 'int32',
  targetPort: 'intOrString',
  nodePort: 'int32',
};

const clientIPConfig: Schema<ClientIPConfig> = {
  timeoutSeconds: 'int32',
};

const sessionAffinityConfig: Schema<SessionAffinityConfig> = {
  clientIP: clientIPConfig,
};

const serviceSpec: Schema<ServiceSpec> = {
  ports: [servicePort],
  selector: { '*': 'string' },
  clusterIP: 'string',
  clusterIPs: ['string'],
  type: 'string',
  externalIPs: ['string'],
  sessionAffinity: 'string',
  loadBalancerIP: 'string',
  loadBalancerSourceRanges: ['string'],
  externalName: 'string',
  externalTrafficPolicy: 'string',
  healthCheckNodePort: 'int32',
  publishNotReadyAddresses: 'boolean',
  sessionAffinityConfig,
  ipFamilies: ['string'],
  ipFamilyPolicy: 'string',
  allocateLoadBalancerNodePorts: 'boolean',
  loadBalancerClass: 'string',
  internalTrafficPolicy: 'string',
  trafficDistribution: 'string',
};

export const service: Schema<Service> = {
  ...objectFields,
  'spec!': serviceSpec,
  status: serviceStatus,
};
