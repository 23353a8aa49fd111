import type { IntOrString, KubeObject, Quantity } from './meta.ts';
import type { RuntimeClass } from './runtime-class.ts';
import type { NodeSelector } from './scheduling.ts';
import type { HostPathVolumeSource, PersistentVolumeClaimSpec } from './volume.ts';
import type {
  NamespaceStatus,
  PersistentVolumeClaimStatus,
  PersistentVolumeStatus,
  ServiceStatus,
} from './workload-status.ts';

/** The objects that a pod refers to by name. */
export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  /** Values are base64. */
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

export interface Secret extends KubeObject {
  /** Values are base64. */
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly immutable?: boolean;
}

export interface ServiceAccount extends KubeObject {
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly secrets?: readonly ObjectReference[];
}

export interface PersistentVolumeClaim extends KubeObject {
  readonly spec: PersistentVolumeClaimSpec;
  readonly status?: PersistentVolumeClaimStatus;
}

export interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: NamespaceStatus;
}

export interface ObjectReference {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly apiVersion?: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}

export interface ServicePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly appProtocol?: string;
  readonly port: number;
  readonly targetPort?: IntOrString;
  readonly nodePort?: number;
}

export interface ClientIPConfig {
  readonly timeoutSeconds?: number;
}

export interface SessionAffinityConfig {
  readonly clientIP?: ClientIPConfig;
}

export interface ServiceSpec {
  readonly ports?: readonly ServicePort[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly type?: string;
  readonly externalIPs?: readonly string[];
  readonly sessionAffinity?: string;
  readonly loadBalancerIP?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly externalName?: string;
  readonly externalTrafficPolicy?: string;
  readonly healthCheckNodePort?: number;
  readonly publishNotReadyAddresses?: boolean;
  readonly sessionAffinityConfig?: SessionAffinityConfig;
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly loadBalancerClass?: string;
  readonly internalTrafficPolicy?: string;
  readonly trafficDistribution?: string;
}

export interface Service extends KubeObject {
  readonly spec: ServiceSpec;
  readonly status?: ServiceStatus;
}

export interface PersistentVolume extends KubeObject {
  readonly spec: PersistentVolumeSpec;
  readonly status?: PersistentVolumeStatus;
}

/** A volume of the cluster. Only directories of this machine can be carried out: other sources are never read. */
export interface PersistentVolumeSpec {
  readonly capacity?: Readonly<Record<string, Quantity>>;
  readonly accessModes?: readonly string[];
  readonly claimRef?: ObjectReference;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly storageClassName?: string;
  readonly mountOptions?: readonly string[];
  readonly volumeMode?: 'Filesystem' | 'Block';
  readonly nodeAffinity?: { readonly required?: NodeSelector };
  readonly volumeAttributesClassName?: string;
  readonly hostPath?: HostPathVolumeSource;
  readonly local?: { readonly path: string; readonly fsType?: string };
  readonly awsElasticBlockStore?: unknown;
  readonly azureDisk?: unknown;
  readonly azureFile?: unknown;
  readonly cephfs?: unknown;
  readonly cinder?: unknown;
  readonly csi?: unknown;
  readonly fc?: unknown;
  readonly flexVolume?: unknown;
  readonly flocker?: unknown;
  readonly gcePersistentDisk?: unknown;
  readonly glusterfs?: unknown;
  readonly iscsi?: unknown;
  readonly nfs?: unknown;
  readonly photonPersistentDisk?: unknown;
  readonly portworxVolume?: unknown;
  readonly quobyte?: unknown;
  readonly rbd?: unknown;
  readonly scaleIO?: unknown;
  readonly storageos?: unknown;
  readonly vsphereVolume?: unknown;
}

/**
 * Look-up of what pods refer to. Declared here, by the vocabulary, because the manifest reader, the node and later the
 * API server each provide it. Every method answers undefined when there is no such object.
 */
export interface ObjectLookup {
  configMap(namespace: string, name: string): ConfigMap | undefined;
  secret(namespace: string, name: string): Secret | undefined;
  serviceAccount(namespace: string, name: string): ServiceAccount | undefined;
  persistentVolumeClaim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  namespace(name: string): Namespace | undefined;
  /** Left out where there are none: only a node with an API knows them. */
  runtimeClass?(name: string): RuntimeClass | undefined;
  /** Likewise: without it a claim stands for a directory of its own name. */
  persistentVolume?(name: string): PersistentVolume | undefined;
}
