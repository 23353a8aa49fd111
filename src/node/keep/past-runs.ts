import { confine } from '../../confinement/confine.ts';
import type { UnpackedImage } from '../../image/image.ts';
import type { Sandbox } from '../../runtime/engine.ts';
import type { ContainerRunHandle } from '../container-slot.ts';
import { terminationLogPath } from '../node-files.ts';
import type { ImagePort } from '../node-ports.ts';
import { confineInput, type PodRequest } from '../prepare-pod.ts';
import { containerLogPath } from '../start-container.ts';
import type { PodState, RunState } from './pod-state.ts';

/** The runs that a state tells of, as this process would hold them had it begun them. */
export function pastRuns(
  request: PodRequest,
  state: PodState,
  isSameBoot: boolean,
): Map<string, ContainerRunHandle> {
  const sandbox = state.prepared?.sandbox ?? withoutSandbox(request);
  const runs = new Map<string, ContainerRunHandle>();
  for (const [name, run] of state.runs) {
    // After a reboot the pid is another process's.
    const process = isSameBoot ? run.process : { ...run.process, pid: 0 };
    const handle = runHandle(request, name, { ...run, process }, sandbox);
    if (handle === undefined) continue;
    if (state.life.containers.get(name)?.run.state !== 'running') handle.ended.abort();
    runs.set(name, handle);
  }
  return runs;
}

/** One run; undefined when the pod has no such container. */
export function runHandle(
  request: PodRequest,
  name: string,
  run: RunState,
  sandbox: Sandbox,
): ContainerRunHandle | undefined {
  const placed = request.containers.find(({ container }) => container.name === name);
  if (placed === undefined) return undefined;
  const { attempt, startedAt, imageName, imageDigest, process } = run;
  const image = imageOfRun(request.node.images, imageName, imageDigest);
  const images = new Map([[name, { ok: true, image } as const]]);
  const { confinement, findings } = confine(confineInput(request, images, placed, sandbox));
  const id = `${name}-${attempt}`;
  const { dir } = request.record;
  const logPath = containerLogPath(dir, name, attempt);
  return {
    created: {
      image,
      confinement,
      findings,
      runtimeContainer: { id, sandbox, logPath, ...process },
      terminationLog: terminationLogPath(dir, id),
    },
    attempt,
    startedAt,
    imageName,
    ended: new AbortController(),
  };
}

/** By its digest, as the name may stand for another image now; of one that is not there any more, what is known. */
function imageOfRun(images: ImagePort, reference: string, digest: string): UnpackedImage {
  const found = digest === '' ? undefined : findImage(images, digest);
  if (found !== undefined) return { ...found, reference };
  return {
    reference,
    digest,
    config: { architecture: '', os: '', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
    accounts: { passwd: [], group: [] },
    layerDirs: [],
  };
}

/** A damaged store must not keep a node from looking after what runs. */
function findImage(images: ImagePort, digest: string): UnpackedImage | undefined {
  try {
    return images.find(digest);
  } catch {
    return undefined;
  }
}

/** What ended runs are said to have had, when the sandbox that they were in is not known any more. */
function withoutSandbox({ record }: PodRequest): Sandbox {
  const { uid: id, dir } = record;
  return { id, dir, hostname: '', user: { mode: 'host' }, namespacePaths: {}, ips: [], cgroupPath: '' };
}
