import type { CapabilitySets, LsmConfinement, Rlimit } from '../confinement/confinement.ts';
import type { IdMapRange } from '../linux/id-map.ts';
import type { MountInfo } from '../linux/mount-info.ts';
import type { ProcIds } from '../linux/proc-status.ts';

/** What the kernel says of one process and of the container that it runs in. Nothing in it comes from a configuration. */
export interface Observation {
  readonly hostPid: number;
  /** In the innermost pid namespace. */
  readonly pid: number;
  /** Clock ticks since boot; with `hostPid` it names the process for good. */
  readonly startTime: number;
  readonly args: readonly string[];
  readonly user: ObservedUser;
  readonly capabilities: CapabilitySets;
  readonly noNewPrivileges: boolean;
  readonly seccomp: ObservedSeccomp;
  readonly namespaces: Readonly<Record<NamespaceKind, ObservedNamespace>>;
  readonly userNamespace: ObservedIdMaps;
  /** Interfaces of its network namespace, those left out that the kernel makes in every new one. */
  readonly interfaces: readonly string[];
  /** Those that can be reached: one that another mount hides is left out. */
  readonly mounts: readonly ObservedMount[];
  readonly rootFilesystem: { readonly readOnly: boolean };
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  /** Of the paths asked for: those that do not exist, so that there is nothing to mask or to protect. */
  readonly absentPaths: readonly string[];
  readonly devices: ObservedDevices;
  /** Those asked for; one that this kernel does not have, or that we may not read, is missing. */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly cgroup: ObservedCgroup;
  readonly rlimits: readonly Rlimit[];
  readonly oomScoreAdj: number;
  readonly appArmor: LsmConfinement;
  readonly seLinux: LsmConfinement;
  /** What every child of ours inherits: no runtime can take it away again. */
  readonly observer: { readonly noNewPrivileges: boolean; readonly seccompFilters: number };
}

export const NAMESPACE_KINDS = ['user', 'network', 'pid', 'ipc', 'uts', 'mount', 'cgroup'] as const;

export type NamespaceKind = (typeof NAMESPACE_KINDS)[number];

/** Their names under `/proc/PID/ns`. */
export const NAMESPACE_FILES: Readonly<Record<NamespaceKind, string>> = {
  user: 'user',
  network: 'net',
  pid: 'pid',
  ipc: 'ipc',
  uts: 'uts',
  mount: 'mnt',
  cgroup: 'cgroup',
};

export interface ObservedNamespace {
  readonly inode: number;
  /** Of our own namespace of that kind: the host's. */
  readonly hostInode: number;
}

export interface ObservedUser {
  /** As the process itself sees its ids; null: its user namespace has no id for it. */
  readonly inside: Credentials<number | null>;
  readonly host: Credentials<number>;
  /** True: its credentials changed after its program was started (the kernel made it undumpable for that). */
  readonly changedItself: boolean;
}

export interface Credentials<Id> {
  readonly uid: Ids<Id>;
  readonly gid: Ids<Id>;
  /** Ascending. */
  readonly groups: readonly Id[];
}

export type Ids<Id> = { readonly [Kind in keyof ProcIds]: Id };

export interface ObservedSeccomp {
  readonly mode: 'unconfined' | 'strict' | 'filter';
  /** 1 for mode filter on kernels that do not count them. */
  readonly filters: number;
}

/** Outside ids are the host's. */
export interface ObservedIdMaps {
  readonly uidMap: readonly IdMapRange[];
  readonly gidMap: readonly IdMapRange[];
  readonly setgroups: 'allow' | 'deny';
}

export interface ObservedMount extends MountInfo {
  readonly readOnly: boolean;
  /** This mount and every one below it. */
  readonly recursiveReadOnly: boolean;
  readonly nosuid: boolean;
  readonly nodev: boolean;
  readonly noexec: boolean;
  readonly peers: 'private' | 'slave' | 'shared';
  /** True when the host shares its mount of this file system: without that a slave cannot be told from a private one. */
  readonly sharedOnHost: boolean;
}

export interface ObservedDevices {
  readonly nodes: readonly DeviceNode[];
  readonly hostNodes: readonly DeviceNode[];
  /** The lines of the cgroup's `devices.list`; null where the kernel does not show them (cgroup v2, or no such controller). */
  readonly rules: readonly string[] | null;
}

export interface DeviceNode {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
}

export interface ObservedCgroup {
  readonly version: 1 | 2;
  /** Directories on the host by controller; version 2 has one, under the empty name. */
  readonly directories: Readonly<Record<string, string>>;
  /** Undefined members: the controller is not there. */
  readonly memoryLimit: CgroupValue<number | null> | undefined;
  readonly cpuShares: CgroupValue<number> | undefined;
  readonly cpuWeight: CgroupValue<number> | undefined;
  readonly cpuQuotaUs: CgroupValue<number | null> | undefined;
  readonly cpuPeriodUs: CgroupValue<number> | undefined;
  readonly pidsLimit: CgroupValue<number | null> | undefined;
  /** By page size, as its files are named: `2MB`. */
  readonly hugepageLimits: Readonly<Record<string, CgroupValue<number | null>>>;
}

export interface CgroupValue<Value> {
  readonly value: Value;
  /** The file that it was read from. */
  readonly file: string;
}
