import type { ProcessReport, Proof } from '../core/contract/proof-report.ts';
import { PodproofError } from '../core/errors.ts';
import { compare } from '../proof/compare.ts';
import type { ProofContext } from '../proof/fact.ts';
import { readNamespaceInodes } from '../proof/namespace-inodes.ts';
import type { Observation } from '../proof/observation.ts';
import { observe, observeOptionsFor } from '../proof/observe.ts';
import { processTree } from '../proof/process-tree.ts';
import type { Sandbox } from '../runtime/engine.ts';
import type { RunningContainer } from './running-pod.ts';

/** What the kernel says of a container at one moment. */
export interface SeenContainer {
  readonly observation: Observation;
  readonly processes: readonly ProcessReport[];
}

/** Undefined when it does not run, or ends while it is looked at. */
export async function observeContainer(container: RunningContainer): Promise<SeenContainer | undefined> {
  const { status, runtimeContainer, confinement } = container;
  if (status.state.running === undefined || runtimeContainer === undefined || confinement === undefined)
    return undefined;
  const { pid, startTime } = runtimeContainer;
  try {
    const observation = await observe(pid, { ...observeOptionsFor(confinement), startTime });
    return { observation, processes: processTree(pid) };
  } catch (error) {
    if (error instanceof PodproofError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Holds a container against what was seen of it; undefined while it is not known what it is to be. */
export function judgeContainer(
  { confinement, container, image }: RunningContainer,
  sandbox: Sandbox | undefined,
  observation: Observation,
  context: Pick<ProofContext, 'atStart' | 'lineOf'> = {},
): Proof | undefined {
  if (confinement === undefined) return undefined;
  const command = container.command ?? image?.config.config.Entrypoint ?? [];
  const args = container.args ?? (container.command === undefined ? (image?.config.config.Cmd ?? []) : []);
  return compare(confinement, observation, {
    sandboxNamespaces: readNamespaceInodes(sandbox?.namespacePaths ?? {}),
    startedArgs: [...command, ...args],
    ...context,
  });
}
