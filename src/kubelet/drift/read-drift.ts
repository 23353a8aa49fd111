import { statSync } from 'node:fs';
import type { ContainerDrift } from '../../core/contract/drift-report.ts';
import { systemCodeOf } from '../../core/errors.ts';
import type { Drift } from '../../kube/proof.ts';
import type { RunningContainer, RunningPod } from '../../node/running-pod.ts';
import { containerLayout } from '../../runtime/layout.ts';
import { readChanges } from './read-changes.ts';

/** A container that writes more than this has told enough. */
const maxChanges = 10_000;

/**
 * What each container of a pod wrote to its root file system since its current or last run began. Volumes are no part
 * of it.
 */
export async function readDrift(pod: RunningPod, limit: number = maxChanges): Promise<Drift> {
  const { name = '', namespace = 'default' } = pod.pod.metadata;
  const containers: ContainerDrift[] = [];
  // One after the other: each walk takes as long as there are files.
  for (const container of pod.containers()) containers.push(await driftOf(container, limit));
  return { apiVersion: 'podproof.dev/v1', kind: 'Drift', metadata: { name, namespace }, containers };
}

async function driftOf(
  { name, runtimeContainer, image }: RunningContainer,
  limit: number,
): Promise<ContainerDrift> {
  const nothing = { name, changes: [], truncated: false };
  if (runtimeContainer === undefined || image === undefined) return nothing;
  const { sandbox, id } = runtimeContainer;
  const layout = containerLayout(sandbox.dir, id);
  const startedAtMs = changeTime(layout.pidFile);
  if (startedAtMs === undefined) return nothing;
  const { upper } = layout;
  const written = { upper, layerDirs: image.layerDirs, user: sandbox.user, startedAtMs, limit };
  return { name, ...(await readChanges(written)) };
}

/** The runtime writes the pid down when it has made all mount points, and before the program begins. */
function changeTime(pidFile: string): number | undefined {
  try {
    return statSync(pidFile).ctimeMs;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
