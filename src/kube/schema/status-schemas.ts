import type { ContainerState, ContainerStatus, PodStatus } from '../pod-status.ts';
import type {
  DeploymentStatus,
  JobStatus,
  NamespaceStatus,
  PersistentVolumeClaimStatus,
  PersistentVolumeStatus,
  ReplicaSetStatus,
  ServiceStatus,
  WorkloadCondition,
} from '../workload-status.ts';
import { resourceRequirements } from './container-schemas.ts';
import type { Schema } from './schema.ts';

const containerState: Schema<ContainerState> = {
  waiting: { 'reason!': 'string', message: 'string' },
  running: { 'startedAt!': 'time' },
  terminated: {
    'exitCode!': 'int32',
    signal: 'int32',
    'reason!': 'string',
    message: 'string',
    startedAt: 'time',
    finishedAt: 'time',
    containerID: 'string',
  },
};

export const containerStatus: Schema<ContainerStatus> = {
  'name!': 'string',
  'state!': containerState,
  'lastState!': containerState,
  'ready!': 'boolean',
  'started!': 'boolean',
  'restartCount!': 'int32',
  'image!': 'string',
  'imageID!': 'string',
  containerID: 'string',
  allocatedResources: { '*': 'quantity' },
  allocatedResourcesStatus: ['any'],
  resources: resourceRequirements,
  volumeMounts: [
    { 'name!': 'string', 'mountPath!': 'string', readOnly: 'boolean', recursiveReadOnly: 'string' },
  ],
  stopSignal: 'string',
  user: { 'linux!': { 'uid!': 'int64', 'gid!': 'int64', 'supplementalGroups!': ['int64'] } },
};

export const podStatus: Schema<PodStatus> = {
  observedGeneration: 'int64',
  'phase!': 'string',
  reason: 'string',
  message: 'string',
  'conditions!': [
    {
      'type!': 'string',
      observedGeneration: 'int64',
      lastProbeTime: 'time',
      'status!': 'string',
      reason: 'string',
      message: 'string',
      'lastTransitionTime!': 'time',
    },
  ],
  hostIP: 'string',
  hostIPs: [{ 'ip!': 'string' }],
  podIP: 'string',
  podIPs: [{ 'ip!': 'string' }],
  startTime: 'time',
  'qosClass!': 'string',
  nominatedNodeName: 'string',
  resize: 'string',
  resourceClaimStatuses: ['any'],
  extendedResourceClaimStatus: 'any',
  allocatedResources: { '*': 'quantity' },
  resources: resourceRequirements,
  initContainerStatuses: [containerStatus],
  containerStatuses: [containerStatus],
  ephemeralContainerStatuses: [containerStatus],
};

const condition: Schema<WorkloadCondition> = {
  'type!': 'string',
  'status!': 'string',
  reason: 'string',
  message: 'string',
  lastUpdateTime: 'time',
  lastProbeTime: 'time',
  lastTransitionTime: 'time',
  observedGeneration: 'int64',
};

export const deploymentStatus: Schema<DeploymentStatus> = {
  observedGeneration: 'int64',
  replicas: 'int32',
  updatedReplicas: 'int32',
  readyReplicas: 'int32',
  availableReplicas: 'int32',
  unavailableReplicas: 'int32',
  terminatingReplicas: 'int32',
  conditions: [condition],
  collisionCount: 'int32',
};

export const replicaSetStatus: Schema<ReplicaSetStatus> = {
  'replicas!': 'int32',
  fullyLabeledReplicas: 'int32',
  readyReplicas: 'int32',
  availableReplicas: 'int32',
  terminatingReplicas: 'int32',
  observedGeneration: 'int64',
  conditions: [condition],
};

export const jobStatus: Schema<JobStatus> = {
  conditions: [condition],
  startTime: 'time',
  completionTime: 'time',
  active: 'int32',
  succeeded: 'int32',
  failed: 'int32',
  terminating: 'int32',
  ready: 'int32',
  completedIndexes: 'string',
  failedIndexes: 'string',
  uncountedTerminatedPods: { succeeded: ['string'], failed: ['string'] },
};

export const serviceStatus: Schema<ServiceStatus> = {
  loadBalancer: { ingress: [{ ip: 'string', ipMode: 'string', hostname: 'string', ports: ['any'] }] },
  conditions: [condition],
};

export const namespaceStatus: Schema<NamespaceStatus> = { phase: 'string', conditions: [condition] };

export const persistentVolumeClaimStatus: Schema<PersistentVolumeClaimStatus> = {
  phase: 'string',
  accessModes: ['string'],
  capacity: { '*': 'quantity' },
  conditions: [condition],
  allocatedResources: { '*': 'quantity' },
  allocatedResourceStatuses: { '*': 'string' },
  currentVolumeAttributesClassName: 'string',
  modifyVolumeStatus: 'any',
};

export const persistentVolumeStatus: Schema<PersistentVolumeStatus> = {
  phase: 'string',
  message: 'string',
  reason: 'string',
  lastPhaseTransitionTime: 'time',
};
