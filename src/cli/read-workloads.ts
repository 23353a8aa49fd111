import { PodproofError } from '../core/errors.ts';
import type { ObjectLookup } from '../kube/references.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { type Workload, workloadsOf } from '../manifest/workloads.ts';
import type { CommandContext } from './command.ts';

export interface ReadWorkloads {
  readonly workloads: readonly Workload[];
  readonly lookup: ObjectLookup;
}

/** The workloads to run; that there are none is an error `invalid`. */
export async function readWorkloads(
  files: readonly string[],
  context: CommandContext,
): Promise<ReadWorkloads> {
  const set = await readManifests(files, context);
  const workloads = workloadsOf(set);
  if (workloads.length === 0) {
    const names = files.map((file) => `"${file}"`).join(', ');
    throw new PodproofError(
      'invalid',
      `there is nothing to run in ${names}: no pod, and nothing that makes one`,
    );
  }
  return { workloads, lookup: set.lookup };
}
