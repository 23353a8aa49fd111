import type { MessageTable } from './message-table.ts';

/** The other kinds that clients send, and the options of a deletion. */
export const OBJECT_MESSAGES: MessageTable = {
  ConfigMap: '1 metadata ObjectMeta, 2 data string{}, 3 binaryData bytes{}, 4 immutable bool?',
  Secret: '1 metadata ObjectMeta, 2 data bytes{}, 3 type string, 4 stringData string{}, 5 immutable bool?',
  Namespace: '1 metadata ObjectMeta, 2 spec NamespaceSpec',
  ServiceAccount:
    '1 metadata ObjectMeta, 2 secrets ObjectReference[], 3 imagePullSecrets LocalObjectReference[], ' +
    '4 automountServiceAccountToken bool?',
  PersistentVolumeClaim: '1 metadata ObjectMeta, 2 spec PersistentVolumeClaimSpec',
  Service: '1 metadata ObjectMeta, 2 spec ServiceSpec',
  Deployment: '1 metadata ObjectMeta, 2 spec DeploymentSpec',
  ReplicaSet: '1 metadata ObjectMeta, 2 spec ReplicaSetSpec',
  Job: '1 metadata ObjectMeta, 2 spec JobSpec',
  Lease: '1 metadata ObjectMeta, 2 spec LeaseSpec',
  Binding: '1 metadata ObjectMeta, 2 target ObjectReference',
  Eviction: '1 metadata ObjectMeta, 2 deleteOptions DeleteOptions',
  Scale: '1 metadata ObjectMeta, 2 spec ScaleSpec',
  TokenRequest: '1 metadata ObjectMeta, 2 spec TokenRequestSpec',
  SelfSubjectAccessReview: '1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec',
  SelfSubjectRulesReview: '1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec',
  SelfSubjectReview: '1 metadata ObjectMeta',
  BoundObjectReference: '1 kind string, 2 apiVersion string, 3 name string, 4 uid string',
  ClientIPConfig: '1 timeoutSeconds int?',
  DeploymentSpec:
    '1 replicas int?, 2 selector LabelSelector, 3 template PodTemplateSpec, ' +
    '4 strategy DeploymentStrategy~, 5 minReadySeconds int, 6 revisionHistoryLimit int?, 7 paused bool, ' +
    '9 progressDeadlineSeconds int?',
  DeploymentStrategy: '1 type string, 2 rollingUpdate RollingUpdateDeployment',
  FieldSelectorAttributes: '1 rawSelector string, 2 requirements FieldSelectorRequirement[]',
  FieldSelectorRequirement: '1 key string, 2 operator string, 3 values string[]',
  JobSpec:
    '1 parallelism int?, 2 completions int?, 3 activeDeadlineSeconds int?, 4 selector LabelSelector, ' +
    '5 manualSelector bool?, 6 template PodTemplateSpec, 7 backoffLimit int?, ' +
    '8 ttlSecondsAfterFinished int?, 9 completionMode string, 10 suspend bool?, ' +
    '11 podFailurePolicy PodFailurePolicy, 12 backoffLimitPerIndex int?, 13 maxFailedIndexes int?, ' +
    '14 podReplacementPolicy string, 15 managedBy string, 16 successPolicy SuccessPolicy',
  LabelSelectorAttributes: '1 rawSelector string, 2 requirements LabelSelectorRequirement[]',
  LeaseSpec:
    '1 holderIdentity string?, 2 leaseDurationSeconds int?, 3 acquireTime MicroTime, ' +
    '4 renewTime MicroTime, 5 leaseTransitions int?',
  NamespaceSpec: '1 finalizers string[]',
  NonResourceAttributes: '1 path string, 2 verb string',
  PodFailurePolicy: '1 rules PodFailurePolicyRule[]',
  PodFailurePolicyOnExitCodesRequirement: '1 containerName string, 2 operator string, 3 values int[]',
  PodFailurePolicyOnPodConditionsPattern: '1 type string, 2 status string',
  PodFailurePolicyRule:
    '1 action string, 2 onExitCodes PodFailurePolicyOnExitCodesRequirement, ' +
    '3 onPodConditions PodFailurePolicyOnPodConditionsPattern[]',
  ReplicaSetSpec:
    '1 replicas int?, 2 selector LabelSelector, 3 template PodTemplateSpec, 4 minReadySeconds int',
  ResourceAttributes:
    '1 namespace string, 2 verb string, 3 group string, 4 version string, 5 resource string, ' +
    '6 subresource string, 7 name string, 8 fieldSelector FieldSelectorAttributes, ' +
    '9 labelSelector LabelSelectorAttributes',
  RollingUpdateDeployment: '1 maxUnavailable IntOrString, 2 maxSurge IntOrString',
  ScaleSpec: '1 replicas int',
  SelfSubjectAccessReviewSpec:
    '1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes',
  SelfSubjectRulesReviewSpec: '1 namespace string',
  ServicePort:
    '1 name string, 2 protocol string, 3 port int, 4 targetPort IntOrString, 5 nodePort int, ' +
    '6 appProtocol string',
  ServiceSpec:
    '1 ports ServicePort[], 2 selector string{}, 3 clusterIP string, 4 type string, ' +
    '5 externalIPs string[], 7 sessionAffinity string, 8 loadBalancerIP string, ' +
    '9 loadBalancerSourceRanges string[], 10 externalName string, 11 externalTrafficPolicy string, ' +
    '12 healthCheckNodePort int, 13 publishNotReadyAddresses bool, ' +
    '14 sessionAffinityConfig SessionAffinityConfig, 17 ipFamilyPolicy string, 18 clusterIPs string[], ' +
    '19 ipFamilies string[], 20 allocateLoadBalancerNodePorts bool?, 21 loadBalancerClass string, ' +
    '22 internalTrafficPolicy string, 23 trafficDistribution string',
  SessionAffinityConfig: '1 clientIP ClientIPConfig',
  SuccessPolicy: '1 rules SuccessPolicyRule[]',
  SuccessPolicyRule: '1 succeededIndexes string, 2 succeededCount int?',
  TokenRequestSpec: '1 audiences string[], 3 boundObjectRef BoundObjectReference, 4 expirationSeconds int?',
  DeleteOptions:
    '1 gracePeriodSeconds int?, 2 preconditions Preconditions, 3 orphanDependents bool?, ' +
    '4 propagationPolicy string, 5 dryRun string[], ' +
    '6 ignoreStoreReadErrorWithClusterBreakingPotential bool?',
  LabelSelector: '1 matchLabels string{}, 2 matchExpressions LabelSelectorRequirement[]',
  LabelSelectorRequirement: '1 key string, 2 operator string, 3 values string[]',
  LocalObjectReference: '1 name string',
  ObjectMeta:
    '1 name string, 2 generateName string, 3 namespace string, 4 selfLink string, 5 uid string, ' +
    '6 resourceVersion string, 7 generation int, 8 creationTimestamp Time, 9 deletionTimestamp Time, ' +
    '10 deletionGracePeriodSeconds int?, 11 labels string{}, 12 annotations string{}, ' +
    '13 ownerReferences OwnerReference[], 14 finalizers string[]',
  ObjectReference:
    '1 kind string, 2 namespace string, 3 name string, 4 uid string, 5 apiVersion string, ' +
    '6 resourceVersion string, 7 fieldPath string',
  OwnerReference:
    '1 kind string, 3 name string, 4 uid string, 5 apiVersion string, 6 controller bool?, ' +
    '7 blockOwnerDeletion bool?',
  Preconditions: '1 uid string, 2 resourceVersion string',
};
