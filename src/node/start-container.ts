import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { confine } from '../confinement/confine.ts';
import type { ContainerInPod } from '../confinement/confine-input.ts';
import type { ConfinedMount, Confinement } from '../confinement/confinement.ts';
import { startVerdict } from '../confinement/start-verdict.ts';
import { messageOf, PodproofError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import type { UnpackedImage } from '../image/image.ts';
import type { Container } from '../kube/pod.ts';
import type { MountHandle, RuntimeContainer } from '../runtime/engine.ts';
import { buildProcess } from './command.ts';
import { resolveEnv } from './env/resolve-env.ts';
import { makeTerminationLog } from './node-files.ts';
import { confineInput, type PodRequest, type PreparedPod } from './prepare-pod.ts';
import { Refusal } from './refusal.ts';
import { mountHandle } from './volumes/sub-path.ts';

/** A container whose process exists and waits to be let go. */
export interface CreatedContainer {
  readonly image: UnpackedImage;
  readonly confinement: Confinement;
  readonly findings: readonly Finding[];
  readonly runtimeContainer: RuntimeContainer;
  readonly terminationLog: string;
}

export interface StartRequest {
  readonly request: PodRequest;
  readonly prepared: PreparedPod;
  readonly container: ContainerInPod;
  readonly attempt: number;
  /** For an ephemeral container that looks at another one: that one's first process. */
  readonly targetPid: number | undefined;
}

/**
 * One container up to `runc create`, in the kubelet's order: image, environment and mounts, the verdict, the process.
 * Throws `Refusal` with Kubernetes' reason; nothing of a refused container is left.
 */
export async function createContainer(start: StartRequest): Promise<CreatedContainer> {
  const { request, prepared, attempt } = start;
  const { container } = start.container;
  const image = imageOf(prepared, container);
  const env = environmentOf(request, prepared, container);
  const input = confineInput(request, prepared.images, start.container, prepared.sandbox);
  const { confinement, findings } = confine(input);
  const handles = volumeHandles(confinement, container, prepared, env);
  const verdict = startVerdict(input);
  if (!verdict.ok) throw new Refusal(verdict.reason, verdict.message);
  const built = buildProcess(container, image.config, env);
  const id = `${container.name}-${attempt}`;
  if (!built.ok)
    throw new Refusal('CreateContainerError', asSpecError(confinement.profile, id, built.message));
  const terminationLog = makeTerminationLog(request.record.dir, id);
  const logPath = containerLogPath(request.record.dir, container.name, attempt);
  mkdirSync(dirname(logPath), { recursive: true });
  // As the kubelet: the log of the run before stays, older ones go, so that restarts cannot fill the disk.
  removeLogs(containerLogPath(request.record.dir, container.name, attempt - 2));
  const runtimeContainer = await createByEngine(request, {
    sandbox: prepared.sandbox,
    id,
    confinement,
    process: built.process,
    image,
    mountSources: new Map([...handles, ...nodeHandles(confinement, prepared, terminationLog)]),
    logPath,
    ...(request.record.keeper === 'node' && { maxLogBytes: unrotatedLogBytes }),
    ...localhostProfile(request, confinement),
    ...(start.targetPid === undefined ? {} : { targetPid: start.targetPid }),
  });
  return { image, confinement, findings, runtimeContainer, terminationLog };
}

/**
 * Where a node rotates logs: what a container can write between two looks at its log. conmon counts on over a rotation,
 * so that this much of output loses the newest file once; without it a flood would have the disk.
 */
const unrotatedLogBytes = 1024 ** 3;

/** A log with those that it was rotated to. */
function removeLogs(path: string): void {
  const [dir, name] = [dirname(path), basename(path)];
  const logs = readdirSync(dir).filter((other) => other === name || other.startsWith(`${name}.`));
  for (const log of logs) rmSync(join(dir, log), { force: true });
}

/** Where the log of a container's run lies, in CRI format. */
export function containerLogPath(podDir: string, container: string, attempt: number): string {
  return join(podDir, 'logs', container, `${attempt}.log`);
}

async function createByEngine(
  { node }: PodRequest,
  containerRequest: Parameters<PodRequest['node']['engine']['createContainer']>[0],
): Promise<RuntimeContainer> {
  try {
    return await node.gate(() => node.engine.createContainer(containerRequest));
  } catch (error) {
    throw asStartError(node.engine.platform.profile, error);
  }
}

/** What each runtime puts before the reason why it has no OCI spec for a container. */
function asSpecError(profile: Confinement['profile'], id: string, problem: string): string {
  return profile === 'containerd'
    ? `failed to generate container "${id}" spec: failed to generate spec: ${problem}`
    : problem;
}

/**
 * What the OCI runtime says when it cannot make the process: containerd calls it at start (RunContainerError), CRI-O at
 * creation. A defect of podproof stays one.
 */
export function asStartError(profile: Confinement['profile'], error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof PodproofError) || error.code === 'internal')
    return error;
  const text = messageOf(error).replace(/^cannot create container "[^"]*": /, '');
  if (profile === 'cri-o')
    return new Refusal('CreateContainerError', `container create failed: ${text}`, { cause: error });
  const isOfRuntime = text.startsWith('runc create failed: ');
  return new Refusal('RunContainerError', isOfRuntime ? `${ofContainerd}${text}: unknown` : text, {
    cause: error,
  });
}

/** Its CRI service, its client and its shim each say where it happened (`container_start.go`, shim `process/init.go`). */
const ofContainerd =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: ';

function imageOf(prepared: PreparedPod, container: Container): UnpackedImage {
  const resolved = prepared.images.get(container.name);
  if (resolved === undefined)
    throw new PodproofError('internal', `the image of container "${container.name}" was not resolved`);
  if (!resolved.ok) throw new Refusal(resolved.reason, resolved.message, resolved);
  return resolved.image;
}

function environmentOf(
  { node, pod }: PodRequest,
  prepared: PreparedPod,
  container: Container,
): ReadonlyMap<string, string> {
  const serviceEnv =
    pod.spec.enableServiceLinks === false
      ? new Map<string, string>()
      : node.serviceEnv(pod.metadata.namespace ?? 'default');
  const resolved = resolveEnv({ lookup: node.lookup, facts: prepared.facts, serviceEnv }, container);
  if (!resolved.ok) throw new Refusal('CreateContainerConfigError', resolved.message);
  return resolved.env;
}

function volumeHandles(
  confinement: Confinement,
  container: Container,
  { volumes }: PreparedPod,
  env: ReadonlyMap<string, string>,
): ReadonlyMap<string, MountHandle> {
  const handles = new Map<string, MountHandle>();
  for (const { destination, source } of confinement.mounts) {
    if (source.kind !== 'volume') continue;
    const mount = container.volumeMounts?.[source.index];
    const volume = volumes.get(source.volume);
    if (mount === undefined || volume === undefined)
      throw new PodproofError('internal', `no volume "${source.volume}" for "${destination}"`);
    handles.set(destination, mountHandle(container, mount, volume, env));
  }
  return handles;
}

function nodeHandles(
  confinement: Confinement,
  { files }: PreparedPod,
  terminationLog: string,
): ReadonlyMap<string, MountHandle> {
  const handles = new Map<string, MountHandle>();
  for (const { destination, source } of confinement.mounts) {
    if (source.kind !== 'node') continue;
    const handle = nodeHandle(source, files.dir, terminationLog);
    if (handle !== undefined) handles.set(destination, handle);
  }
  return handles;
}

/** /dev/shm is the sandbox's: the engine knows where. */
function nodeHandle(
  { file }: Extract<ConfinedMount['source'], { kind: 'node' }>,
  filesDir: string,
  terminationLog: string,
): MountHandle | undefined {
  switch (file) {
    case 'hosts':
    case 'hostname':
    case 'resolv.conf':
    case '.containerenv':
      return { root: filesDir, path: file, idMapped: true };
    case 'termination-log':
      return { root: dirname(terminationLog), path: basename(terminationLog), idMapped: true };
    case 'shm':
      return undefined;
  }
}

/** Profiles lie where the kubelet's do, below podproof's own root. */
function localhostProfile(
  { node }: PodRequest,
  confinement: Confinement,
): { readonly localhostProfilePath?: string } {
  const seccomp = confinement.seccomp.value;
  return seccomp.mode === 'filter' && seccomp.profile === 'Localhost'
    ? { localhostProfilePath: join(node.dirs.lib, 'seccomp', seccomp.localhostProfile) }
    : {};
}
