import { ephemeralContainer, container as mainContainer } from '../../kube/schema/container-schemas.ts';
import { endpointSlice, endpoints } from '../../kube/schema/endpoint-schemas.ts';
import { labelSelector, localObjectReference, objectMeta } from '../../kube/schema/meta-schemas.ts';
import { clusterNode } from '../../kube/schema/node-schemas.ts';
import { pod, podTemplateSpec } from '../../kube/schema/pod-schemas.ts';
import {
  namespace,
  objectReference,
  persistentVolume,
  persistentVolumeClaim,
  service,
} from '../../kube/schema/reference-schemas.ts';
import type { AnySchema } from '../../kube/schema/schema.ts';
import {
  containerStatus,
  deploymentStatus,
  jobStatus,
  namespaceStatus,
  persistentVolumeClaimStatus,
  persistentVolumeStatus,
  podStatus,
  replicaSetStatus,
  serviceStatus,
} from '../../kube/schema/status-schemas.ts';
import { volume } from '../../kube/schema/volume-schemas.ts';
import { deployment, job, replicaSet } from '../../kube/schema/workload-schemas.ts';

const podSpec = pod['spec!'];
const { securityContext, livenessProbe, lifecycle, env, envFrom, ports, resources } = mainContainer;
const nodeStatus = clusterNode.status;

/** Upstream's names of types, as they follow `io.k8s.`. */
const NAMED: Readonly<Record<string, readonly (readonly [AnySchema, string])[]>> = {
  'apimachinery.pkg.apis.meta.v1': [
    [objectMeta, 'ObjectMeta'],
    [objectMeta.ownerReferences[0], 'OwnerReference'],
    [labelSelector, 'LabelSelector'],
    [labelSelector.matchExpressions[0], 'LabelSelectorRequirement'],
  ],
  'api.core.v1': [
    [podSpec, 'PodSpec'],
    [podSpec.securityContext, 'PodSecurityContext'],
    [podSpec.securityContext.sysctls[0], 'Sysctl'],
    [podSpec.securityContext.seccompProfile, 'SeccompProfile'],
    [podSpec.securityContext.appArmorProfile, 'AppArmorProfile'],
    [podSpec.securityContext.seLinuxOptions, 'SELinuxOptions'],
    [podSpec.securityContext.windowsOptions, 'WindowsSecurityContextOptions'],
    [podSpec.affinity, 'Affinity'],
    [podSpec.affinity.nodeAffinity, 'NodeAffinity'],
    [podSpec.affinity.podAffinity, 'PodAffinity'],
    [podSpec.affinity.podAntiAffinity, 'PodAntiAffinity'],
    [podSpec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0], 'PodAffinityTerm'],
    [podSpec.tolerations[0], 'Toleration'],
    [podSpec.topologySpreadConstraints[0], 'TopologySpreadConstraint'],
    [podSpec.hostAliases[0], 'HostAlias'],
    [podSpec.dnsConfig, 'PodDNSConfig'],
    [podSpec.readinessGates[0], 'PodReadinessGate'],
    [podSpec.os, 'PodOS'],
    [podSpec.schedulingGates[0], 'PodSchedulingGate'],
    [podSpec.resourceClaims[0], 'PodResourceClaim'],
    [podTemplateSpec, 'PodTemplateSpec'],
    [mainContainer, 'Container'],
    [ephemeralContainer, 'EphemeralContainer'],
    [securityContext, 'SecurityContext'],
    [securityContext.capabilities, 'Capabilities'],
    [resources, 'ResourceRequirements'],
    [env[0], 'EnvVar'],
    [env[0].valueFrom, 'EnvVarSource'],
    [env[0].valueFrom.fieldRef, 'ObjectFieldSelector'],
    [env[0].valueFrom.resourceFieldRef, 'ResourceFieldSelector'],
    [envFrom[0], 'EnvFromSource'],
    [envFrom[0].configMapRef, 'ConfigMapEnvSource'],
    [envFrom[0].secretRef, 'SecretEnvSource'],
    [ports[0], 'ContainerPort'],
    [mainContainer.volumeMounts[0], 'VolumeMount'],
    [mainContainer.volumeDevices[0], 'VolumeDevice'],
    [livenessProbe, 'Probe'],
    [livenessProbe.httpGet, 'HTTPGetAction'],
    [livenessProbe.httpGet.httpHeaders[0], 'HTTPHeader'],
    [livenessProbe.exec, 'ExecAction'],
    [livenessProbe.tcpSocket, 'TCPSocketAction'],
    [livenessProbe.grpc, 'GRPCAction'],
    [lifecycle, 'Lifecycle'],
    [lifecycle.preStop, 'LifecycleHandler'],
    [lifecycle.preStop.exec, 'ExecAction'],
    [lifecycle.preStop.tcpSocket, 'TCPSocketAction'],
    [lifecycle.preStop.sleep, 'SleepAction'],
    [volume, 'Volume'],
    [volume.configMap, 'ConfigMapVolumeSource'],
    [volume.configMap.items[0], 'KeyToPath'],
    [volume.secret, 'SecretVolumeSource'],
    [volume.emptyDir, 'EmptyDirVolumeSource'],
    [volume.hostPath, 'HostPathVolumeSource'],
    [volume.downwardAPI, 'DownwardAPIVolumeSource'],
    [volume.projected, 'ProjectedVolumeSource'],
    [volume.projected.sources[0], 'VolumeProjection'],
    [volume.image, 'ImageVolumeSource'],
    [volume.persistentVolumeClaim, 'PersistentVolumeClaimVolumeSource'],
    [podStatus, 'PodStatus'],
    [podStatus['conditions!'][0], 'PodCondition'],
    [containerStatus, 'ContainerStatus'],
    [containerStatus['state!'], 'ContainerState'],
    [localObjectReference, 'LocalObjectReference'],
    [objectReference, 'ObjectReference'],
    [persistentVolumeClaim['spec!'], 'PersistentVolumeClaimSpec'],
    [persistentVolumeClaimStatus, 'PersistentVolumeClaimStatus'],
    [persistentVolume['spec!'], 'PersistentVolumeSpec'],
    [persistentVolumeStatus, 'PersistentVolumeStatus'],
    [service['spec!'], 'ServiceSpec'],
    [service['spec!'].ports[0], 'ServicePort'],
    [service['spec!'].sessionAffinityConfig, 'SessionAffinityConfig'],
    [serviceStatus, 'ServiceStatus'],
    [namespace.spec, 'NamespaceSpec'],
    [namespaceStatus, 'NamespaceStatus'],
    [clusterNode['spec!'], 'NodeSpec'],
    [clusterNode['spec!'].taints[0], 'Taint'],
    [nodeStatus, 'NodeStatus'],
    [nodeStatus.nodeInfo, 'NodeSystemInfo'],
    [nodeStatus.conditions[0], 'NodeCondition'],
    [endpoints.subsets[0], 'EndpointSubset'],
  ],
  'api.apps.v1': [
    [deployment['spec!'], 'DeploymentSpec'],
    [deployment['spec!'].strategy, 'DeploymentStrategy'],
    [deployment['spec!'].strategy.rollingUpdate, 'RollingUpdateDeployment'],
    [deploymentStatus, 'DeploymentStatus'],
    [replicaSet['spec!'], 'ReplicaSetSpec'],
    [replicaSetStatus, 'ReplicaSetStatus'],
  ],
  'api.batch.v1': [
    [job['spec!'], 'JobSpec'],
    [job['spec!'].podFailurePolicy, 'PodFailurePolicy'],
    [job['spec!'].successPolicy, 'SuccessPolicy'],
    [jobStatus, 'JobStatus'],
  ],
  'api.discovery.v1': [[endpointSlice['endpoints!'][0], 'Endpoint']],
};

const NAMES: ReadonlyMap<AnySchema, string> = new Map(
  Object.entries(NAMED).flatMap(([prefix, entries]) =>
    entries.map(([schema, name]) => [schema, `io.k8s.${prefix}.${name}`] as const),
  ),
);

/** `io.k8s.api.core.v1.PodSpec`: the name of a type that documents refer to; undefined for one that stands in its place. */
export function componentName(schema: AnySchema): string | undefined {
  return NAMES.get(schema);
}

/** `io.k8s.api.core.v1.Pod`; kinds of other domains are called after them: `dev.podproof.v1.Proof`. */
export function kindComponentName(kind: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): string {
  const { group, version } = kind;
  const domain = group.split('.');
  const isBuiltIn = domain.length === 1 || group.endsWith('.k8s.io');
  const prefix = isBuiltIn ? `io.k8s.api.${domain[0] || 'core'}` : domain.reverse().join('.');
  return `${prefix}.${version}.${kind.kind}`;
}
