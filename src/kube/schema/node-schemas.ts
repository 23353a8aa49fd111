import type {
  ClusterNode,
  ClusterNodeStatus,
  NodeCondition,
  NodeSystemInfo,
  Taint,
} from '../cluster-node.ts';
import type { Lease } from '../lease.ts';
import type { RuntimeClass } from '../runtime-class.ts';
import { objectFields } from './meta-schemas.ts';
import { toleration } from './scheduling-schemas.ts';
import type { Schema } from './schema.ts';

const taint: Schema<Taint> = { 'key!': 'string', value: 'string', 'effect!': 'string', timeAdded: 'time' };

const nodeCondition: Schema<NodeCondition> = {
  'type!': 'string',
  'status!': 'string',
  lastHeartbeatTime: 'time',
  lastTransitionTime: 'time',
  reason: 'string',
  message: 'string',
};

const nodeSystemInfo: Schema<NodeSystemInfo> = {
  'machineID!': 'string',
  'systemUUID!': 'string',
  'bootID!': 'string',
  'kernelVersion!': 'string',
  'osImage!': 'string',
  'containerRuntimeVersion!': 'string',
  'kubeletVersion!': 'string',
  'kubeProxyVersion!': 'string',
  'operatingSystem!': 'string',
  'architecture!': 'string',
  swap: { capacity: 'int64' },
};

const nodeStatus: Schema<ClusterNodeStatus> = {
  capacity: { '*': 'quantity' },
  allocatable: { '*': 'quantity' },
  phase: 'string',
  conditions: [nodeCondition],
  addresses: [{ 'type!': 'string', 'address!': 'string' }],
  daemonEndpoints: { kubeletEndpoint: { 'Port!': 'int32' } },
  nodeInfo: nodeSystemInfo,
  images: [{ names: ['string'], sizeBytes: 'int64' }],
  volumesInUse: ['string'],
  volumesAttached: [{ 'name!': 'string', 'devicePath!': 'string' }],
  config: 'any',
  runtimeHandlers: [
    { name: 'string', features: { recursiveReadOnlyMounts: 'boolean', userNamespaces: 'boolean' } },
  ],
  features: { supplementalGroupsPolicy: 'boolean' },
};

export const clusterNode: Schema<ClusterNode> = {
  ...objectFields,
  'spec!': {
    podCIDR: 'string',
    podCIDRs: ['string'],
    providerID: 'string',
    unschedulable: 'boolean',
    taints: [taint],
  },
  status: nodeStatus,
};

export const lease: Schema<Lease> = {
  ...objectFields,
  spec: {
    holderIdentity: 'string',
    leaseDurationSeconds: 'int32',
    acquireTime: 'time',
    renewTime: 'time',
    leaseTransitions: 'int32',
    strategy: 'string',
    preferredHolder: 'string',
  },
};

export const runtimeClass: Schema<RuntimeClass> = {
  ...objectFields,
  'handler!': 'string',
  overhead: { podFixed: { '*': 'quantity' } },
  scheduling: { nodeSelector: { '*': 'string' }, tolerations: [toleration] },
};
