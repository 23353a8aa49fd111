import type { PodSecuritySettings } from '../admission/pod-security-configuration.ts';
import type { Platform } from '../confinement/platform.ts';
import type { ObjectLookup } from '../kube/references.ts';
import type { Level, PolicyVersion } from '../policy/level-version.ts';

/** What a prediction goes by beside the workload and its images: plain data but for `lookup`. */
export interface PredictSettings {
  /** What the pods refer to, their namespaces among it. */
  readonly lookup: ObjectLookup;
  /** The node that the pods would land on. */
  readonly platform: Platform;
  /** The level to judge by; by default what the namespace enforces, else the cluster's default, else restricted. */
  readonly level?: Level | undefined;
  /** By default what the namespace or the cluster enforces, else the version that podproof speaks. */
  readonly version?: PolicyVersion | undefined;
  /** The cluster's own defaults and exemptions: its `PodSecurityConfiguration`. */
  readonly podSecurity?: PodSecuritySettings | undefined;
  /** Who makes the pods, for exemptions of users. */
  readonly username?: string | undefined;
  /** Without it `confinement` and `writable` of the containers are empty, and are not worked out. */
  readonly showsConfinement: boolean;
}
