// The parts of the OCI runtime specification 1.0.2 that podproof uses; see its config.md and config-linux.md.

export interface RuntimeSpec {
  readonly ociVersion: string;
  readonly process: OciProcess;
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly mounts: readonly OciMount[];
  readonly linux: OciLinux;
}

export interface OciProcess {
  readonly terminal: boolean;
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids: readonly number[] };
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities: { readonly [set in OciCapabilitySet]: readonly string[] };
  readonly rlimits: readonly OciRlimit[];
  readonly noNewPrivileges: boolean;
  readonly oomScoreAdj: number;
  readonly apparmorProfile?: string;
  readonly selinuxLabel?: string;
}

export type OciCapabilitySet = 'bounding' | 'effective' | 'permitted' | 'inheritable' | 'ambient';

export interface OciRlimit {
  readonly type: string;
  readonly soft: bigint;
  readonly hard: bigint;
}

export interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

export interface OciLinux {
  readonly namespaces: readonly { readonly type: OciNamespace; readonly path?: string }[];
  readonly uidMappings?: readonly OciIdMapping[];
  readonly gidMappings?: readonly OciIdMapping[];
  readonly devices: readonly OciDevice[];
  readonly cgroupsPath: string;
  readonly resources: OciResources;
  readonly rootfsPropagation: 'rprivate' | 'rslave' | 'rshared';
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  readonly seccomp?: OciSeccomp;
}

export type OciNamespace = 'user' | 'network' | 'ipc' | 'uts' | 'pid' | 'mount' | 'cgroup';

export interface OciIdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

export interface OciDevice {
  readonly path: string;
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  readonly fileMode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface OciResources {
  readonly devices: readonly { readonly allow: boolean; readonly access: string }[];
  readonly cpu: { readonly shares: number; readonly quota?: number; readonly period: number };
  readonly memory?: { readonly limit: number };
  readonly hugepageLimits?: readonly { readonly pageSize: string; readonly limit: number }[];
  readonly unified?: Readonly<Record<string, string>>;
}

export interface OciSeccomp {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures: readonly string[];
  readonly flags?: readonly string[];
  readonly syscalls: readonly OciSyscall[];
}

export interface OciSyscall {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly OciSyscallArgument[];
}

export interface OciSyscallArgument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: string;
}

/** JSON text of a spec; 64-bit limits as digits, which JavaScript's numbers cannot hold. */
export function formatRuntimeJson(value: unknown): string {
  const marked = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'bigint' ? `\u0000${item}` : item,
  );
  return marked.replace(/"\\u0000(\d+)"/g, '$1');
}
