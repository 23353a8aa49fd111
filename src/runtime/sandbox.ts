import { chmodSync, chownSync, closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { UserNamespace } from '../confinement/confinement.ts';
import { assertCanIdMap, MountFlag, makePrivateMount, mount } from '../linux/mounts.ts';
import { createPinnedNamespaces, setHostname, withNamespaces } from '../linux/namespaces.ts';
import { setInterfaceUp } from '../linux/network-interface.ts';
import { addPodNetwork, leasesDir, type PodNetwork } from './cni/pod-network.ts';
import type { Sandbox, SandboxRequest } from './engine.ts';
import { cgroupPathOf, type EngineContext } from './engine-context.ts';
import { existingParent } from './existing-parent.ts';
import { takeIdRange } from './id-ranges.ts';
import { type SandboxLayout, sandboxLayout } from './layout.ts';
import { makeReachable } from './mount-area.ts';
import { createPidInit } from './pid-init.ts';
import { writeSysctls } from './pod-sysctls.ts';
import { removeSandbox } from './reap.ts';
import { writeRecord } from './record-file.ts';
import { ensureMasquerade, registerSandbox, sharedNetwork } from './sandbox-registry.ts';
import { ownSandbox } from './unfinished.ts';
import { createUserNamespace } from './user-namespace.ts';

/** Makes a pod's namespaces, network and shared memory. When a step fails, what the steps before it made is removed. */
export async function createSandbox(context: EngineContext, request: SandboxRequest): Promise<Sandbox> {
  const { id, dir } = request;
  await registerSandbox(context, id, dir);
  try {
    await ownSandbox(context, dir);
    writeFileSync(sandboxLayout(dir).record, JSON.stringify({ id }), { mode: 0o600 });
    const user = await takeIds(context, request);
    if (user.mode === 'pod') makeReachable(id, dir);
    closeToOthers(dir, user);
    const layout = sandboxLayout(dir);
    makeMountArea(layout, user);
    const paths = pinnedPaths(request, layout);
    const readyIps = mayTakeReady(request) ? context.readyNetwork?.take(layout) : undefined;
    await createNamespaces(user, layout, readyIps === undefined ? paths : { ...paths, net: undefined });
    if (user.mode === 'pod') assertIdMappable(request, layout);
    withNamespaces(paths, () => {
      if (paths.net !== undefined) setInterfaceUp('lo', true);
      if (paths.uts !== undefined) setHostname(request.hostname);
    });
    if (request.ipc === 'pod') mountShm(layout.shm, ownerOf(user));
    const ips = readyIps ?? (request.network === 'pod' ? await connect(context, request, layout) : []);
    withNamespaces(paths, () => {
      writeSysctls(request.sysctls, ownerOf(user));
    });
    const sandbox = {
      id,
      dir,
      hostname: request.hostname,
      user,
      ips,
      cgroupPath: cgroupPathOf(context, request),
      namespacePaths: {
        ...(user.mode === 'pod' ? { user: layout.namespaces.user } : {}),
        ...(paths.net === undefined ? {} : { network: paths.net }),
        ...(paths.ipc === undefined ? {} : { ipc: paths.ipc }),
        ...(paths.uts === undefined ? {} : { uts: paths.uts }),
      },
    };
    return request.pid === 'pod' ? await withPidNamespace(context, sandbox, layout) : sandbox;
  } catch (error) {
    await removeSandbox(context, request);
    throw error;
  }
}

type PinnedPaths = { readonly [name in 'net' | 'ipc' | 'uts']: string | undefined };

function pinnedPaths(request: SandboxRequest, { namespaces }: SandboxLayout): PinnedPaths {
  return {
    net: request.network === 'host' ? undefined : namespaces.net,
    ipc: request.ipc === 'host' ? undefined : namespaces.ipc,
    uts: request.uts === 'host' ? undefined : namespaces.uts,
  };
}

/** One that belongs to a user namespace, or has ports of the host, is made for its pod. */
function mayTakeReady({ network, user, portMappings }: SandboxRequest): boolean {
  return network === 'pod' && user.mode === 'host' && portMappings.length === 0;
}

async function takeIds(context: EngineContext, { dir, user }: SandboxRequest): Promise<UserNamespace> {
  if (user.mode === 'host' || user.hostId !== null) return user;
  return { ...user, hostId: await takeIdRange(context.layout, dir) };
}

function ownerOf(user: UserNamespace): number {
  return user.mode === 'pod' ? (user.hostId ?? 0) : 0;
}

/** Before anything runs: a container without its id maps would see every file as nobody's. */
function assertIdMappable({ dir, idMapped }: SandboxRequest, { namespaces }: SandboxLayout): void {
  const userFd = openSync(namespaces.user, 'r');
  try {
    // Volumes lie in it, and so do mounts that no container sees.
    assertCanIdMap(dir, userFd, false);
    for (const path of idMapped) {
      const found = existingParent(path);
      assertCanIdMap(found, userFd, found === path);
    }
  } finally {
    closeSync(userFd);
  }
}

/**
 * Secrets are mounted below it, and programs of the image that run as their owner: no other user of the machine may come
 * near. The pod's own root walks through, by a group that is only this pod's.
 */
function closeToOthers(dir: string, user: UserNamespace): void {
  chownSync(dir, process.geteuid?.() ?? 0, ownerOf(user));
  chmodSync(dir, user.mode === 'pod' ? 0o710 : 0o700);
}

function makeMountArea(layout: SandboxLayout, user: UserNamespace): void {
  for (const dir of [layout.mounts, layout.containers]) {
    mkdirSync(dir, { recursive: true });
    closeToOthers(dir, user);
  }
  makePrivateMount(layout.mounts);
  for (const dir of [dirname(layout.namespaces.net), layout.shm, layout.layers])
    mkdirSync(dir, { recursive: true, mode: 0o711 });
}

async function createNamespaces(
  user: UserNamespace,
  layout: SandboxLayout,
  paths: PinnedPaths,
): Promise<void> {
  for (const path of Object.values(paths)) if (path !== undefined) writeFileSync(path, '', { mode: 0o600 });
  if (user.mode === 'host') {
    createPinnedNamespaces(paths);
    return;
  }
  await createUserNamespace({ hostId: ownerOf(user), size: user.size }, layout.namespaces.user, paths);
}

function mountShm(path: string, owner: number): void {
  const flags = MountFlag.noSuid | MountFlag.noDev | MountFlag.noExec;
  mount('shm', path, 'tmpfs', flags, `mode=1777,size=65536k,uid=${owner},gid=${owner}`);
}

async function connect(
  context: EngineContext,
  request: SandboxRequest,
  layout: SandboxLayout,
): Promise<readonly string[]> {
  const network: PodNetwork = {
    settings: await sharedNetwork(context),
    dataDir: leasesDir(context.layout.runDir),
    id: request.id,
    networkNamespace: layout.namespaces.net,
    podNamespace: request.podNamespace,
    podName: request.podName,
    portMappings: request.portMappings,
  };
  writeRecord(layout.networkRecord, network);
  const [{ ips, hostInterface }] = await Promise.all([addPodNetwork(network), ensureMasquerade(context)]);
  writeRecord(layout.networkRecord, { ...network, hostInterface });
  return ips;
}

async function withPidNamespace(
  context: EngineContext,
  sandbox: Sandbox,
  layout: SandboxLayout,
): Promise<Sandbox> {
  await createPidInit(context, sandbox);
  return { ...sandbox, namespacePaths: { ...sandbox.namespacePaths, pid: layout.namespaces.pid } };
}
