import type { CgroupHierarchy } from './cgroups.ts';
import type { NetworkSettings } from './cni/settings.ts';
import type { Sandbox } from './engine.ts';
import type { RootLayout, SandboxLayout } from './layout.ts';
import type { OciRuntime } from './runc.ts';

/** A network that was made before the pod that takes it. */
export interface ReadyNetwork {
  /** Makes it the pod's, if there is one, and gives its addresses: pinned and noted where the pod's own would be. */
  take(pod: SandboxLayout): readonly string[] | undefined;
}

/** What every step of the engine needs to know of its root and its programs. */
export interface EngineContext {
  readonly layout: RootLayout;
  readonly runtime: OciRuntime;
  /** Where `runtime` keeps its containers' state. */
  readonly runtimeStateDir: string;
  readonly monitor: string;
  /** How to let go of the sandboxes that this process has made, by directory. */
  readonly ownerLocks: Map<string, () => void>;
  readonly hierarchies: readonly CgroupHierarchy[];
  readonly cgroupVersion: 1 | 2;
  /** The cgroup that holds this root's pods: `/podproof`. */
  readonly cgroupParent: string;
  /** Undefined: chosen when the first pod needs it. */
  readonly network: NetworkSettings | undefined;
  readonly readyNetwork?: ReadyNetwork | undefined;
}

/** A container's name for the runtime, unique in a root. */
export function runtimeIdOf(sandbox: Pick<Sandbox, 'id'>, containerId: string): string {
  return `${sandbox.id}-${containerId}`;
}

/** The name of the process that keeps a shared pid namespace; no container's name has an underscore. */
export function pidInitId(sandbox: Pick<Sandbox, 'id'>): string {
  return `${sandbox.id}_pid-init`;
}

export function cgroupPathOf(context: EngineContext, sandbox: Pick<Sandbox, 'id'>): string {
  return `${context.cgroupParent}/${sandbox.id}`;
}
