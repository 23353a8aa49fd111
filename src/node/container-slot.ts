import type { ContainerInPod } from '../confinement/confine-input.ts';
import type { CreatedContainer } from './start-container.ts';

/** What the node holds of one container; its life is elsewhere. */
export interface ContainerSlot {
  readonly container: ContainerInPod;
  /** The current or last run; undefined when nothing was ever made. */
  readonly run: ContainerRunHandle | undefined;
}

/** How Kubernetes names a container that was made: scheme and id, which no other of the node has. */
export function containerIdOf({ created }: Pick<ContainerRunHandle, 'created'>): string {
  const { id, sandbox } = created.runtimeContainer;
  return `podproof://${sandbox.id}-${id}`;
}

export interface ContainerRunHandle {
  readonly created: CreatedContainer;
  readonly attempt: number;
  /** As its container named the image when it was started. */
  readonly imageName: string;
  readonly startedAt: number;
  /** Aborted when its first process has ended: the end of its probes, hooks and log. */
  readonly ended: AbortController;
}
