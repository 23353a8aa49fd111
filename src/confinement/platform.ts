import { CAPABILITIES, type Capability } from './capability.ts';
import type { Profile, Rlimit } from './confinement.ts';

/**
 * The machine and the configuration that a pod lands on: everything that `confine()` must know beside the pod and its
 * image. For a prediction it is a typical cluster node; for a run it is read from this machine (`runtime/read-platform.ts`).
 */
export interface Platform {
  readonly profile: Profile;
  /** Capabilities that this machine can give at all: the bounding set of the one who starts containers. */
  readonly capabilities: readonly Capability[];
  /** `cgroupVersion` 1 includes the hybrid layout, where the controllers are on version 1. */
  readonly cgroupVersion: 1 | 2;
  readonly appArmor: boolean;
  readonly seLinux: boolean;
  /** True for a typical node that no machine stands behind: a security module it does not name may well be there. */
  readonly assumed?: boolean;
  readonly userNamespaces: boolean;
  /** True with CAP_SYS_RESOURCE: rlimits can be raised and oom_score_adj lowered. */
  readonly canRaiseLimits: boolean;
  /** oom_score_adj of the one who starts containers: without CAP_SYS_RESOURCE the lowest that can be given. */
  readonly oomScoreAdj: number;
  readonly memoryCapacityBytes: number;
  /** Those of the one who starts containers; empty in a prediction. */
  readonly rlimits: readonly Rlimit[];
  /** Paths `/sys/devices/system/cpu/cpuN/thermal_throttle` that exist: the kubelet masks them. */
  readonly thermalThrottlePaths: readonly string[];
  readonly kubelet: {
    /** The kubelet's `seccompDefault`; false unless configured. */
    readonly seccompDefault: boolean;
    readonly allowedUnsafeSysctls: readonly string[];
  };
}

/** A node as most clusters have them: cgroup v2, every capability, user namespaces; no LSM assumed. */
export function typicalPlatform(profile: Profile): Platform {
  return {
    profile,
    capabilities: CAPABILITIES,
    cgroupVersion: 2,
    appArmor: false,
    seLinux: false,
    assumed: true,
    userNamespaces: true,
    canRaiseLimits: true,
    oomScoreAdj: -999,
    memoryCapacityBytes: 16 * 1024 ** 3,
    rlimits: [],
    thermalThrottlePaths: [],
    kubelet: { seccompDefault: false, allowedUnsafeSysctls: [] },
  };
}
