import type { Sandbox } from '../../runtime/engine.ts';
import type { ContainerRunHandle } from '../container-slot.ts';
import { transition } from '../lifecycle.ts';
import type { PodLife } from '../pod-life.ts';
import type { PodPlan } from '../pod-plan.ts';
import type { PodRequest } from '../prepare-pod.ts';
import { containerLogPath } from '../start-container.ts';
import { runHandle } from './past-runs.ts';

/** What came of the starts that the process before had begun: those that had succeeded are in both life and runs. */
export async function findStarts(
  { request, plan }: { readonly request: PodRequest; readonly plan: PodPlan },
  life: PodLife,
  runs: Map<string, ContainerRunHandle>,
  sandbox: Sandbox,
): Promise<PodLife> {
  let found = life;
  for (const [name, { run, restartCount }] of life.containers) {
    if (run.state !== 'starting') continue;
    const handle = await findStart(request, name, restartCount, sandbox);
    if (handle === undefined) continue;
    runs.set(name, handle);
    // What is to be done now follows from the life as a whole.
    found = transition(plan, found, { kind: 'started', container: name, at: handle.startedAt }).life;
  }
  return found;
}

async function findStart(
  request: PodRequest,
  name: string,
  attempt: number,
  sandbox: Sandbox,
): Promise<ContainerRunHandle | undefined> {
  const { engine } = request.node;
  const logPath = containerLogPath(request.record.dir, name, attempt);
  const found = await engine.findContainer({ sandbox, id: `${name}-${attempt}`, logPath });
  if (found === undefined) return undefined;
  const { dir, pid, startTime, createdAt } = found;
  const image = request.images.known.get(name);
  const imageName =
    request.containers.find(({ container }) => container.name === name)?.container.image ?? '';
  const imageDigest = image?.ok === true ? image.image.digest : '';
  const startedAt = createdAt.getTime();
  return runHandle(
    request,
    name,
    { attempt, startedAt, imageName, imageDigest, process: { dir, pid, startTime } },
    sandbox,
  );
}

/** Removes containers that no run is known of: of starts that had not succeeded, or that were never written down. */
export async function discardStrangers(
  { node }: PodRequest,
  sandbox: Sandbox,
  ids: readonly string[],
  runs: ReadonlyMap<string, ContainerRunHandle>,
): Promise<void> {
  const known = new Set(
    [...runs].flatMap(([name, { attempt }]) =>
      Array.from({ length: attempt + 1 }, (_, index) => `${name}-${index}`),
    ),
  );
  for (const id of ids) if (!known.has(id)) await node.engine.discardContainer(sandbox, id);
}
