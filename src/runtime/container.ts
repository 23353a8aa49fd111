import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfinedMount } from '../confinement/confinement.ts';
import { PodproofError, systemCodeOf } from '../core/errors.ts';
import { parseMountInfo } from '../linux/mount-info.ts';
import { bindTree, restrictionsOf } from '../linux/mounts.ts';
import { isProcessAlive, readProcStat } from '../linux/proc-stat.ts';
import { countOutOfMemoryKills } from './cgroups.ts';
import { sawOutOfMemory, startMonitor, waitForExit } from './conmon.ts';
import type { ContainerExit, ContainerRequest, MountHandle, RuntimeContainer } from './engine.ts';
import { type EngineContext, runtimeIdOf } from './engine-context.ts';
import { readHostDevices } from './host-devices.ts';
import { type ContainerLayout, containerLayout, sandboxLayout } from './layout.ts';
import { formatRuntimeJson, type RuntimeSpec } from './oci.ts';
import { removeContainerRemains } from './reap.ts';
import { mountRootfs } from './rootfs.ts';
import { toRuntimeSpec } from './runtime-spec.ts';
import { readSeccompProfile } from './seccomp-profile.ts';

/** Prepares everything and has the runtime create the container; its process waits for `startContainer`. */
export async function createContainer(
  context: EngineContext,
  request: ContainerRequest,
): Promise<RuntimeContainer> {
  const { sandbox, id } = request;
  const layout = containerLayout(sandbox.dir, id);
  const runtimeId = runtimeIdOf(sandbox, id);
  mkdirSync(layout.dir, { recursive: true });
  chmodSync(layout.dir, 0o711);
  try {
    mkdirSync(dirname(request.logPath), { recursive: true });
    mountRootfs({
      layerDirs: request.image.layerDirs,
      sandbox: sandboxLayout(sandbox.dir),
      container: layout,
      user: sandbox.user,
    });
    const mountSources = bindSources(request, layout);
    const spec = await buildSpec(context, request, layout, mountSources);
    writeFileSync(layout.config, formatRuntimeJson(spec), { mode: 0o600 });
    const pid = await startMonitor({
      monitor: context.monitor,
      runtime: context.runtime,
      runtimeId,
      layout,
      process: request.process,
      logPath: request.logPath,
      maxLogBytes: request.maxLogBytes,
    });
    const startTime = readProcStat(pid)?.startTime ?? 0;
    return { id, sandbox, dir: layout.dir, pid, startTime, logPath: request.logPath };
  } catch (error) {
    await removeContainerRemains(context, sandbox, id);
    throw error;
  }
}

async function buildSpec(
  context: EngineContext,
  request: ContainerRequest,
  layout: ContainerLayout,
  mountSources: ReadonlyMap<string, string>,
): Promise<RuntimeSpec> {
  const { confinement, sandbox, targetPid } = request;
  const seccomp = await readSeccompProfile(confinement, request.localhostProfilePath);
  return toRuntimeSpec(confinement, request.process, {
    rootfs: layout.rootfs,
    hostname: sandbox.hostname,
    mountSources,
    namespacePaths: sandbox.namespacePaths,
    ...(targetPid === undefined ? {} : { pidNamespacePath: `/proc/${targetPid}/ns/pid` }),
    cgroupsPath: `${sandbox.cgroupPath}/${request.id}`,
    cgroupVersion: context.cgroupVersion,
    ...(seccomp === undefined ? {} : { seccomp }),
    hostDevices: confinement.devices.value.allow === 'all' ? readHostDevices() : [],
    mountRestrictions: new Map(
      [...mountSources].map(([destination, path]) => [destination, restrictionsOf(path)]),
    ),
  });
}

/** Mounts what the container gets to see at paths of our own, looked up and id-mapped once and for all. */
function bindSources(request: ContainerRequest, layout: ContainerLayout): ReadonlyMap<string, string> {
  const mounts = request.confinement.mounts.filter(({ fsType }) => fsType === 'bind');
  mkdirSync(layout.volumes, { recursive: true });
  const sources = new Map<string, string>();
  for (const [index, mount] of mounts.entries()) {
    const target = join(layout.volumes, String(index));
    bindSource(request, mount, target);
    sources.set(mount.destination, target);
  }
  return sources;
}

function bindSource(request: ContainerRequest, mount: ConfinedMount, target: string): void {
  const handle = request.mountSources.get(mount.destination) ?? shmHandle(request, mount);
  if (handle === undefined)
    throw new PodproofError('internal', `no source for the mount at "${mount.destination}"`);
  const idMapFd =
    handle.idMapped && request.sandbox.user.mode === 'pod'
      ? openSync(sandboxLayout(request.sandbox.dir).namespaces.user, 'r')
      : undefined;
  try {
    bindTree({
      root: handle.root,
      path: handle.path,
      target,
      recursive: true,
      readOnly: mount.recursiveReadOnly,
      keepPropagation: mount.propagation !== 'private',
      ...(idMapFd === undefined ? {} : { idMapFd }),
    });
  } finally {
    if (idMapFd !== undefined) closeSync(idMapFd);
  }
  if (mount.propagation !== 'private') assertShared(mount, handle, target);
}

/** The pod's shared memory is the sandbox's own matter. */
function shmHandle({ sandbox }: ContainerRequest, { source }: ConfinedMount): MountHandle | undefined {
  if (source.kind !== 'node' || source.file !== 'shm') return undefined;
  return sandbox.namespacePaths.ipc === undefined
    ? { root: '/dev/shm', path: '', idMapped: false }
    : { root: sandboxLayout(sandbox.dir).shm, path: '', idMapped: false };
}

function assertShared(mount: ConfinedMount, handle: MountHandle, target: string): void {
  const found = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')).findLast(
    ({ mountPoint }) => mountPoint === target,
  );
  const tags = found?.propagation ?? [];
  const source = join(handle.root, handle.path);
  const shared = tags.some((tag) => tag.startsWith('shared:'));
  if (mount.propagation === 'shared' && !shared)
    throw new PodproofError('runtime', `path "${source}" is mounted but it is not a shared mount`);
  if (mount.propagation === 'slave' && !shared && !tags.some((tag) => tag.startsWith('master:')))
    throw new PodproofError('runtime', `path "${source}" is mounted but it is not a shared or slave mount`);
}

const execTimeoutMs = 2000;

/**
 * Lets the container's process go, and resolves when it has become the container's program. The runtime itself says
 * so a moment before: whoever looked then would see the runtime's own rights.
 */
export async function startContainer(context: EngineContext, container: RuntimeContainer): Promise<void> {
  const runtimeProgram = programOf(container.pid);
  await context.runtime.start(runtimeIdOf(container.sandbox, container.id));
  const deadline = Date.now() + execTimeoutMs;
  while (Date.now() < deadline) {
    const program = programOf(container.pid);
    if (program === undefined || program !== runtimeProgram) return;
    await sleep(1);
  }
}

/** Which file a process executes; undefined for one that has ended. */
function programOf(pid: number): string | undefined {
  try {
    const { dev, ino } = statSync(`/proc/${pid}/exe`);
    return `${dev}:${ino}`;
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

export async function waitContainer(
  context: EngineContext,
  container: RuntimeContainer,
  signal?: AbortSignal,
): Promise<ContainerExit> {
  const { sandbox, id } = container;
  const layout = containerLayout(sandbox.dir, id);
  const exit = await waitForExit(layout, runtimeIdOf(sandbox, id), signal);
  const kills = countOutOfMemoryKills(context.hierarchies, `${sandbox.cgroupPath}/${id}`);
  return { ...exit, oomKilled: exit.exitCode !== 0 && (kills > 0 || (await sawOutOfMemory(layout))) };
}

export function killContainer(container: RuntimeContainer, signal: string): void {
  if (!isProcessAlive(container.pid, container.startTime)) return;
  try {
    process.kill(container.pid, signalNumber(signal));
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') throw error;
  }
}

const firstRealTimeSignal = 34;
const lastRealTimeSignal = 64;

/** Of `SIGTERM`, `TERM`, `SIGRTMIN+3`, `SIGRTMAX-1` or `15`. */
function signalNumber(name: string): number {
  const bare = name.toUpperCase().replace(/^SIG/, '');
  const realTime = /^RT(MIN|MAX)([+-]\d+)?$/.exec(bare);
  if (realTime !== null)
    return (realTime[1] === 'MIN' ? firstRealTimeSignal : lastRealTimeSignal) + Number(realTime[2] ?? 0);
  const known = Object.entries(constants.signals).find(([signal]) => signal === `SIG${bare}`)?.[1];
  const number = known ?? Number(bare);
  if (Number.isInteger(number) && number > 0 && number <= lastRealTimeSignal) return number;
  throw new PodproofError('invalid', `cannot send signal "${name}": no such signal`);
}

export async function removeContainer(context: EngineContext, container: RuntimeContainer): Promise<void> {
  killContainer(container, 'SIGKILL');
  await removeContainerRemains(context, container.sandbox, container.id);
  rmSync(containerLayout(container.sandbox.dir, container.id).work, { recursive: true, force: true });
}
