import type { Pod, PodSecurityContext, PodSpec, PodTemplateSpec } from '../pod.ts';
import {
  appArmorProfile,
  container,
  ephemeralContainer,
  resourceRequirements,
  seccompProfile,
  seLinuxOptions,
  windowsOptions,
} from './container-schemas.ts';
import { localObjectReference, objectFields, objectMeta } from './meta-schemas.ts';
import { affinity, podResourceClaim, toleration, topologySpreadConstraint } from './scheduling-schemas.ts';
import type { Schema } from './schema.ts';
import { podStatus } from './status-schemas.ts';
import { volume } from './volume-schemas.ts';

const podSecurityContext: Schema<PodSecurityContext> = {
  seLinuxOptions,
  windowsOptions,
  runAsUser: 'int64',
  runAsGroup: 'int64',
  runAsNonRoot: 'boolean',
  supplementalGroups: ['int64'],
  supplementalGroupsPolicy: 'string',
  fsGroup: 'int64',
  sysctls: [{ 'name!': 'string', 'value!': 'string' }],
  fsGroupChangePolicy: 'string',
  seccompProfile,
  appArmorProfile,
  seLinuxChangePolicy: 'string',
};

const podSpec: Schema<PodSpec> = {
  volumes: [volume],
  initContainers: [container],
  'containers!': [container],
  ephemeralContainers: [ephemeralContainer],
  restartPolicy: 'string',
  terminationGracePeriodSeconds: 'int64',
  activeDeadlineSeconds: 'int64',
  dnsPolicy: 'string',
  nodeSelector: { '*': 'string' },
  serviceAccountName: 'string',
  serviceAccount: 'string',
  automountServiceAccountToken: 'boolean',
  nodeName: 'string',
  hostNetwork: 'boolean',
  hostPID: 'boolean',
  hostIPC: 'boolean',
  shareProcessNamespace: 'boolean',
  securityContext: podSecurityContext,
  imagePullSecrets: [localObjectReference],
  hostname: 'string',
  subdomain: 'string',
  affinity,
  schedulerName: 'string',
  tolerations: [toleration],
  hostAliases: [{ 'ip!': 'string', hostnames: ['string'] }],
  priorityClassName: 'string',
  priority: 'int32',
  dnsConfig: {
    nameservers: ['string'],
    searches: ['string'],
    options: [{ name: 'string', value: 'string' }],
  },
  readinessGates: [{ 'conditionType!': 'string' }],
  runtimeClassName: 'string',
  enableServiceLinks: 'boolean',
  preemptionPolicy: 'string',
  overhead: { '*': 'quantity' },
  topologySpreadConstraints: [topologySpreadConstraint],
  setHostnameAsFQDN: 'boolean',
  os: { 'name!': 'string' },
  hostUsers: 'boolean',
  schedulingGates: [{ 'name!': 'string' }],
  resourceClaims: [podResourceClaim],
  resources: resourceRequirements,
  hostnameOverride: 'string',
  schedulingGroup: { podGroupName: 'string' },
};

export const podTemplateSpec: Schema<PodTemplateSpec> = {
  metadata: objectMeta,
  'spec!': podSpec,
};

export const pod: Schema<Pod> = {
  ...objectFields,
  'spec!': podSpec,
  status: podStatus,
};
