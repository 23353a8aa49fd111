import type { Origin, Sourced } from '../core/sourced.ts';
import type { VolumeKind } from '../kube/volume.ts';
import type { Capability } from './capability.ts';

/** How a container takes part in its pod. A sidecar is an init container with `restartPolicy: Always`. */
export type ContainerType = 'container' | 'init' | 'sidecar' | 'ephemeral';

/** The two runtimes whose defaults podproof knows; facts differ in capabilities, seccomp, groups and sysctls. */
export type Profile = 'containerd' | 'cri-o';

/**
 * How the kernel confines one container: what `confine()` predicts, `toRuntimeSpec()` carries out and `compare()`
 * holds against the kernel. Every value has the place that it came from. All ids are ids inside the container.
 */
export interface Confinement {
  readonly container: string;
  readonly type: ContainerType;
  readonly profile: Profile;
  readonly privileged: Sourced<boolean>;
  readonly user: Sourced<ProcessUser>;
  /** Where the parts of `user` came from; `user.from` is the uid's. */
  readonly userOrigins: UserOrigins;
  readonly capabilities: Sourced<CapabilitySets>;
  readonly noNewPrivileges: Sourced<boolean>;
  readonly seccomp: Sourced<Seccomp>;
  readonly appArmor: Sourced<LsmConfinement>;
  readonly seLinux: Sourced<LsmConfinement>;
  readonly namespaces: Namespaces;
  readonly rootFilesystem: Sourced<{ readonly readOnly: boolean }>;
  /** In the order in which the runtime mounts them: parents before children. */
  readonly mounts: readonly ConfinedMount[];
  readonly maskedPaths: Sourced<readonly string[]>;
  readonly readonlyPaths: Sourced<readonly string[]>;
  readonly devices: Sourced<Devices>;
  /** Those set in the pod's namespaces, the runtime's defaults included. */
  readonly sysctls: readonly Sysctl[];
  readonly resources: Resources;
  readonly oomScoreAdj: Sourced<number>;
  /** Kubernetes has no field for them: both runtimes hand on their own. */
  readonly rlimits: Sourced<readonly Rlimit[]>;
}

/** One row of `/proc/PID/limits`; `unlimited` is null. `type` is `RLIMIT_NOFILE`, ... */
export interface Rlimit {
  readonly type: string;
  readonly soft: number | null;
  readonly hard: number | null;
}

/** The process's credentials. A null means: not to be known without the image's layers. */
export interface ProcessUser {
  readonly uid: number | null;
  readonly gid: number | null;
  /** Supplementary groups, in the order given to the runtime. Contains `gid` (CVE-2022-36109). */
  readonly groups: readonly number[];
  /** Name in the image's passwd, when it has one. */
  readonly username: string | null;
}

export interface UserOrigins {
  readonly uid: Origin;
  readonly gid: Origin;
  readonly groups: Origin;
}

/** As `/proc/PID/status` shows them after exec: CapInh, CapPrm, CapEff, CapBnd, CapAmb. Sorted by capability number. */
export interface CapabilitySets {
  readonly bounding: readonly Capability[];
  readonly effective: readonly Capability[];
  readonly permitted: readonly Capability[];
  readonly inheritable: readonly Capability[];
  readonly ambient: readonly Capability[];
}

export type Seccomp =
  | { readonly mode: 'unconfined' }
  | { readonly mode: 'filter'; readonly profile: 'RuntimeDefault' }
  | { readonly mode: 'filter'; readonly profile: 'Localhost'; readonly localhostProfile: string };

/** `none`: this kernel does not have the module, so nothing is applied. */
export type LsmConfinement =
  | { readonly mode: 'none' }
  | { readonly mode: 'unconfined' }
  | { readonly mode: 'label'; readonly label: string };

export interface Namespaces {
  readonly user: Sourced<UserNamespace>;
  /** `none`: a namespace of the pod with nothing but loopback. */
  readonly network: Sourced<'pod' | 'host' | 'none'>;
  /** `target`: that of the container which an ephemeral container names in `targetContainerName`. */
  readonly pid: Sourced<'container' | 'pod' | 'host' | 'target'>;
  readonly ipc: Sourced<'pod' | 'host'>;
  readonly uts: Sourced<'pod' | 'host'>;
  readonly cgroup: Sourced<'container' | 'host'>;
}

/**
 * `hostId` is the first of `size` consecutive ids on the host that stand for 0 and up in the pod, the same for users
 * and groups; null in a prediction, known once the pod has its range.
 */
export type UserNamespace =
  | { readonly mode: 'host' }
  | { readonly mode: 'pod'; readonly size: number; readonly hostId: number | null };

/** Where a mount's content comes from. Host paths are the node's business: see `Placement` in the runtime. */
export type MountSource =
  /** A file system that the kernel makes: proc, sysfs, tmpfs, devpts, mqueue, cgroup. */
  | { readonly kind: 'kernel' }
  /** A file that the node keeps for the pod or the container. */
  | {
      readonly kind: 'node';
      /** `.containerenv`: the empty file by which a program sees that CRI-O (or podman) contains it. */
      readonly file: 'hosts' | 'hostname' | 'resolv.conf' | '.containerenv' | 'shm' | 'termination-log';
    }
  /** `container.volumeMounts[index]`. */
  | {
      readonly kind: 'volume';
      readonly index: number;
      readonly volume: string;
      readonly volumeKind: VolumeKind;
      readonly subPath?: string;
      readonly subPathExpr?: string;
    };

/**
 * The flags (`nosuid`, ...) are those asked for at the mount: a bind keeps, beside them, what its source file system has.
 */
export interface ConfinedMount {
  /** Absolute and clean path in the container. */
  readonly destination: string;
  readonly source: MountSource;
  /** `bind` for everything that is not made by the kernel for this container. */
  readonly fsType: 'bind' | 'proc' | 'sysfs' | 'tmpfs' | 'devpts' | 'mqueue' | 'cgroup';
  readonly readOnly: boolean;
  readonly recursiveReadOnly: boolean;
  readonly nosuid: boolean;
  readonly nodev: boolean;
  readonly noexec: boolean;
  readonly propagation: 'private' | 'slave' | 'shared';
  /** Options for the file system itself: `mode=755`, `size=65536k`, `newinstance`. */
  readonly data: readonly string[];
  readonly from: Origin;
}

export type Devices =
  /** /dev/null, zero, full, random, urandom, tty, ptmx, console, and nothing else allowed. */
  | { readonly allow: 'default' }
  /** Every device of the host is there and allowed. */
  | { readonly allow: 'all' };

export interface Sysctl {
  /** With dots: `net.ipv4.ip_unprivileged_port_start`. */
  readonly name: string;
  readonly value: Sourced<string>;
}

/** Null: no limit. cgroup v1 names; version 2's are derived from them where they are written. */
export interface Resources {
  readonly cpuShares: Sourced<number>;
  /** Microseconds of CPU time per `cpuPeriodUs`. */
  readonly cpuQuotaUs: Sourced<number | null>;
  readonly cpuPeriodUs: Sourced<number>;
  readonly memoryLimitBytes: Sourced<number | null>;
  readonly hugepageLimits: readonly { readonly pageSize: string; readonly limitBytes: Sourced<number> }[];
}
