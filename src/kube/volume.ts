import type {
  LabelSelector,
  ObjectFieldSelector,
  Quantity,
  ResourceFieldSelector,
  ResourceRequirements,
} from './meta.ts';

/** Exactly one member is set. Kinds that podproof cannot carry out are typed `unknown`: refused by name, never read. */
export interface VolumeSource {
  readonly emptyDir?: EmptyDirVolumeSource;
  readonly configMap?: ConfigMapVolumeSource;
  readonly secret?: SecretVolumeSource;
  readonly downwardAPI?: DownwardAPIVolumeSource;
  readonly projected?: ProjectedVolumeSource;
  readonly hostPath?: HostPathVolumeSource;
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly image?: { readonly reference?: string; readonly pullPolicy?: 'Always' | 'IfNotPresent' | 'Never' };
  readonly ephemeral?: unknown;
  readonly nfs?: unknown;
  readonly csi?: unknown;
  readonly iscsi?: unknown;
  readonly fc?: unknown;
  readonly awsElasticBlockStore?: unknown;
  readonly azureDisk?: unknown;
  readonly azureFile?: unknown;
  readonly cephfs?: unknown;
  readonly cinder?: unknown;
  readonly flexVolume?: unknown;
  readonly flocker?: unknown;
  readonly gcePersistentDisk?: unknown;
  readonly gitRepo?: unknown;
  readonly glusterfs?: unknown;
  readonly photonPersistentDisk?: unknown;
  readonly portworxVolume?: unknown;
  readonly quobyte?: unknown;
  readonly rbd?: unknown;
  readonly scaleIO?: unknown;
  readonly storageos?: unknown;
  readonly vsphereVolume?: unknown;
}

export type VolumeKind = keyof VolumeSource;

export interface EmptyDirVolumeSource {
  readonly medium?: '' | 'Memory' | 'HugePages' | `HugePages-${string}`;
  readonly sizeLimit?: Quantity;
}

export interface KeyToPath {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

export interface ConfigMapVolumeSource {
  readonly name?: string;
  readonly items?: readonly KeyToPath[];
  readonly defaultMode?: number;
  readonly optional?: boolean;
}

export interface SecretVolumeSource {
  readonly secretName?: string;
  readonly items?: readonly KeyToPath[];
  readonly defaultMode?: number;
  readonly optional?: boolean;
}

export interface DownwardAPIVolumeFile {
  readonly path: string;
  readonly fieldRef?: ObjectFieldSelector;
  readonly resourceFieldRef?: ResourceFieldSelector;
  readonly mode?: number;
}

export interface DownwardAPIVolumeSource {
  readonly items?: readonly DownwardAPIVolumeFile[];
  readonly defaultMode?: number;
}

export interface VolumeProjection {
  readonly configMap?: Omit<ConfigMapVolumeSource, 'defaultMode'>;
  readonly secret?: {
    readonly name?: string;
    readonly items?: readonly KeyToPath[];
    readonly optional?: boolean;
  };
  readonly downwardAPI?: Omit<DownwardAPIVolumeSource, 'defaultMode'>;
  readonly serviceAccountToken?: {
    readonly path: string;
    readonly audience?: string;
    readonly expirationSeconds?: number;
  };
  readonly clusterTrustBundle?: unknown;
  readonly podCertificate?: unknown;
}

export interface ProjectedVolumeSource {
  readonly sources?: readonly VolumeProjection[];
  readonly defaultMode?: number;
}

export interface HostPathVolumeSource {
  readonly path: string;
  readonly type?:
    | ''
    | 'DirectoryOrCreate'
    | 'Directory'
    | 'FileOrCreate'
    | 'File'
    | 'Socket'
    | 'CharDevice'
    | 'BlockDevice';
}

export interface PersistentVolumeClaimSpec {
  readonly accessModes?: readonly string[];
  readonly resources?: ResourceRequirements;
  readonly storageClassName?: string;
  readonly volumeMode?: 'Filesystem' | 'Block';
  readonly volumeName?: string;
  readonly selector?: LabelSelector;
  readonly dataSource?: unknown;
  readonly dataSourceRef?: unknown;
  readonly volumeAttributesClassName?: string;
}
