import type {
  CronJob,
  CronJobSpec,
  DaemonSet,
  DaemonSetSpec,
  DaemonSetUpdateStrategy,
  Deployment,
  DeploymentSpec,
  DeploymentStrategy,
  Job,
  JobSpec,
  JobTemplateSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  PodTemplate,
  ReplicaSet,
  ReplicaSetSpec,
  ReplicationController,
  ReplicationControllerSpec,
  RollingUpdateDaemonSet,
  RollingUpdateDeployment,
  RollingUpdateStatefulSetStrategy,
  StatefulSet,
  StatefulSetOrdinals,
  StatefulSetPersistentVolumeClaimRetentionPolicy,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
  SuccessPolicy,
  SuccessPolicyRule,
} from '../workload-kinds.ts';
import { labelSelector, objectFields, objectMeta } from './meta-schemas.ts';
import { podTemplateSpec } from './pod-schemas.ts';
import { persistentVolumeClaim } from './reference-schemas.ts';
import type { Schema } from './schema.ts';
import { deploymentStatus, jobStatus, replicaSetStatus } from './status-schemas.ts';

export const podTemplate: Schema<PodTemplate> = {
  ...objectFields,
  'template!': podTemplateSpec,
};

const replicationControllerSpec: Schema<ReplicationControllerSpec> = {
  replicas: 'int32',
  minReadySeconds: 'int32',
  selector: { '*': 'string' },
  'template!': podTemplateSpec,
};

export const replicationController: Schema<ReplicationController> = {
  ...objectFields,
  'spec!': replicationControllerSpec,
  status: 'any',
};

const rollingUpdateDeployment: Schema<RollingUpdateDeployment> = {
  maxUnavailable: 'intOrString',
  maxSurge: 'intOrString',
};

const deploymentStrategy: Schema<DeploymentStrategy> = {
  type: 'string',
  rollingUpdate: rollingUpdateDeployment,
};

const deploymentSpec: Schema<DeploymentSpec> = {
  replicas: 'int32',
  selector: labelSelector,
  'template!': podTemplateSpec,
  strategy: deploymentStrategy,
  minReadySeconds: 'int32',
  revisionHistoryLimit: 'int32',
  paused: 'boolean',
  progressDeadlineSeconds: 'int32',
};

export const deployment: Schema<Deployment> = {
  ...objectFields,
  'spec!': deploymentSpec,
  status: deploymentStatus,
};

const replicaSetSpec: Schema<ReplicaSetSpec> = {
  replicas: 'int32',
  minReadySeconds: 'int32',
  selector: labelSelector,
  'template!': podTemplateSpec,
};

export const replicaSet: Schema<ReplicaSet> = {
  ...objectFields,
  'spec!': replicaSetSpec,
  status: replicaSetStatus,
};

const rollingUpdateStatefulSetStrategy: Schema<RollingUpdateStatefulSetStrategy> = {
  partition: 'int32',
  maxUnavailable: 'intOrString',
};

const statefulSetUpdateStrategy: Schema<StatefulSetUpdateStrategy> = {
  type: 'string',
  rollingUpdate: rollingUpdateStatefulSetStrategy,
};

const retentionPolicy: Schema<StatefulSetPersistentVolumeClaimRetentionPolicy> = {
  whenDeleted: 'string',
  whenScaled: 'string',
};

const statefulSetOrdinals: Schema<StatefulSetOrdinals> = {
  'start!': 'int32',
};

const statefulSetSpec: Schema<StatefulSetSpec> = {
  replicas: 'int32',
  selector: labelSelector,
  'template!': podTemplateSpec,
  volumeClaimTemplates: [persistentVolumeClaim],
  serviceName: 'string',
  podManagementPolicy: 'string',
  updateStrategy: statefulSetUpdateStrategy,
  revisionHistoryLimit: 'int32',
  minReadySeconds: 'int32',
  persistentVolumeClaimRetentionPolicy: retentionPolicy,
  ordinals: statefulSetOrdinals,
};

export const statefulSet: Schema<StatefulSet> = {
  ...objectFields,
  'spec!': statefulSetSpec,
  status: 'any',
};

const rollingUpdateDaemonSet: Schema<RollingUpdateDaemonSet> = {
  maxUnavailable: 'intOrString',
  maxSurge: 'intOrString',
};

const daemonSetUpdateStrategy: Schema<DaemonSetUpdateStrategy> = {
  type: 'string',
  rollingUpdate: rollingUpdateDaemonSet,
};

const daemonSetSpec: Schema<DaemonSetSpec> = {
  selector: labelSelector,
  'template!': podTemplateSpec,
  updateStrategy: daemonSetUpdateStrategy,
  minReadySeconds: 'int32',
  revisionHistoryLimit: 'int32',
};

export const daemonSet: Schema<DaemonSet> = {
  ...objectFields,
  'spec!': daemonSetSpec,
  status: 'any',
};

const podFailurePolicyOnExitCodesRequirement: Schema<PodFailurePolicyOnExitCodesRequirement> = {
  containerName: 'string',
  'operator!': 'string',
  'values!': ['int32'],
};

const podFailurePolicyOnPodConditionsPattern: Schema<PodFailurePolicyOnPodConditionsPattern> = {
  'type!': 'string',
  'status!': 'string',
};

const podFailurePolicyRule: Schema<PodFailurePolicyRule> = {
  'action!': 'string',
  onExitCodes: podFailurePolicyOnExitCodesRequirement,
  onPodConditions: [podFailurePolicyOnPodConditionsPattern],
};

const podFailurePolicy: Schema<PodFailurePolicy> = {
  'rules!': [podFailurePolicyRule],
};

const successPolicyRule: Schema<SuccessPolicyRule> = {
  succeededIndexes: 'string',
  succeededCount: 'int32',
};

const successPolicy: Schema<SuccessPolicy> = {
  'rules!': [successPolicyRule],
};

const jobSpec: Schema<JobSpec> = {
  parallelism: 'int32',
  completions: 'int32',
  activeDeadlineSeconds: 'int64',
  podFailurePolicy: podFailurePolicy,
  successPolicy: successPolicy,
  backoffLimit: 'int32',
  backoffLimitPerIndex: 'int32',
  maxFailedIndexes: 'int32',
  selector: labelSelector,
  manualSelector: 'boolean',
  'template!': podTemplateSpec,
  ttlSecondsAfterFinished: 'int32',
  completionMode: 'string',
  suspend: 'boolean',
  podReplacementPolicy: 'string',
  managedBy: 'string',
};

export const job: Schema<Job> = {
  ...objectFields,
  'spec!': jobSpec,
  status: jobStatus,
};

const jobTemplateSpec: Schema<JobTemplateSpec> = {
  metadata: objectMeta,
  'spec!': jobSpec,
};

const cronJobSpec: Schema<CronJobSpec> = {
  'schedule!': 'string',
  timeZone: 'string',
  startingDeadlineSeconds: 'int64',
  concurrencyPolicy: 'string',
  suspend: 'boolean',
  'jobTemplate!': jobTemplateSpec,
  successfulJobsHistoryLimit: 'int32',
  failedJobsHistoryLimit: 'int32',
};

export const cronJob: Schema<CronJob> = {
  ...objectFields,
  'spec!': cronJobSpec,
  status: 'any',
};
