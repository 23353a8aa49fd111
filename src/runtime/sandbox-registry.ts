import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCodeOf } from '../core/errors.ts';
import { withFileLock } from '../linux/file-lock.ts';
import { removeBridge } from '../linux/network-interface.ts';
import { removeCgroupParent } from './cgroups.ts';
import { addMasquerade, removeMasquerade } from './cni/masquerade.ts';
import { leasesDir, type PodNetwork, releasePodAddresses, removePodNetwork } from './cni/pod-network.ts';
import { removeInterfaces } from './cni/remove-interfaces.ts';
import { chooseNetwork, type NetworkSettings, parseRoutes } from './cni/settings.ts';
import type { EngineContext } from './engine-context.ts';
import { readRecord } from './record-file.ts';

// What a root's sandboxes share: the bridge with its address translation, and the parent of their cgroups. The first
// one in makes them, the last one out takes them away. Who is in is one file per sandbox, holding its directory, so
// that a sandbox that was deleted behind our back does not count.

function registryDir(context: EngineContext): string {
  return join(context.layout.runDir, 'sandboxes');
}

function networkFile(context: EngineContext): string {
  return join(leasesDir(context.layout.runDir), 'network.json');
}

/** Notes a sandbox as in. */
export async function registerSandbox(context: EngineContext, id: string, dir: string): Promise<void> {
  mkdirSync(registryDir(context), { recursive: true });
  await locked(context, () => {
    writeFileSync(join(registryDir(context), id), dir);
  });
}

/** The network of the root's pods, made known to all of them by the first that asks. */
export async function sharedNetwork(context: EngineContext): Promise<NetworkSettings> {
  return locked(context, () => {
    const known = readNetwork(context);
    if (known !== undefined) return known;
    const routes = parseRoutes(readFileSync('/proc/net/route', 'utf8'));
    const settings = context.network ?? chooseNetwork(context.layout, routes);
    mkdirSync(leasesDir(context.layout.runDir), { recursive: true });
    writeFileSync(networkFile(context), JSON.stringify({ ...settings, masquerade: false }));
    return settings;
  });
}

/** Address translation for the network, once; pods run without waiting for it. */
export async function ensureMasquerade(context: EngineContext): Promise<void> {
  await locked(context, async () => {
    const network = readNetwork(context);
    if (network === undefined || network.masquerade) return;
    writeFileSync(networkFile(context), JSON.stringify({ ...network, masquerade: true }));
    await addMasquerade(network);
  });
}

/**
 * Takes a sandbox off the network, if it is on it; with the last one goes the network itself. What mostly waits for
 * the kernel is then done at the same time.
 */
export async function leaveNetwork(
  context: EngineContext,
  id: string,
  pod: PodNetwork | undefined,
): Promise<void> {
  if (pod === undefined) return;
  if (!isLast(context, id)) {
    await removePodNetwork(pod);
    return;
  }
  await locked(context, async () => {
    const network = isLast(context, id) ? readNetwork(context) : undefined;
    if (network === undefined) await removePodNetwork(pod);
    else await removeLastPod(context, network, pod);
  });
}

async function removeLastPod(context: EngineContext, network: SharedNetwork, pod: PodNetwork): Promise<void> {
  const { hostInterface } = pod;
  const onlyPort =
    hostInterface !== undefined && portsOf(network.bridge).every((port) => port === hostInterface);
  // The interfaces first: their end is what takes longest.
  const [removed] = await Promise.all([
    onlyPort && removeInterfaces([network.bridge, hostInterface]),
    onlyPort ? releasePodAddresses(pod) : removePodNetwork(pod),
    network.masquerade ? removeMasquerade(network) : undefined,
  ]);
  if (onlyPort && !removed) await removePodNetwork(pod);
  await forgetNetwork(context, network);
}

/** Notes a sandbox as gone; the last one takes along what is left of all that they shared. */
export async function unregisterSandbox(context: EngineContext, id: string): Promise<void> {
  if (!existsSync(registryDir(context))) return;
  await locked(context, async () => {
    const last = isLast(context, id);
    rmSync(join(registryDir(context), id), { force: true });
    if (!last) return;
    removeCgroupParent(context.hierarchies, context.cgroupParent);
    // Still there when the last two left at once, each for the sake of the other.
    const network = readNetwork(context);
    if (network === undefined) return;
    await removeMasquerade(network);
    await forgetNetwork(context, network);
  });
}

const portsTimeoutMs = 2000;

/** The kernel takes its time with the ports of a namespace that has just gone. */
async function forgetNetwork(context: EngineContext, network: NetworkSettings): Promise<void> {
  const deadline = Date.now() + portsTimeoutMs;
  while (portsOf(network.bridge).length > 0 && Date.now() < deadline) await sleep(5);
  if (portsOf(network.bridge).length === 0) removeBridge(network.bridge);
  rmSync(networkFile(context), { force: true });
}

function locked<T>(context: EngineContext, work: () => T | Promise<T>): Promise<T> {
  return withFileLock(join(context.layout.runDir, 'sandboxes.lock'), work);
}

/** Whether no other sandbox of this root is in. */
function isLast(context: EngineContext, id: string): boolean {
  const dir = registryDir(context);
  if (!existsSync(dir)) return true;
  return readdirSync(dir).every((other) => {
    if (other === id) return true;
    const file = join(dir, other);
    if (existsSync(readOrEmpty(file))) return false;
    rmSync(file, { force: true });
    return true;
  });
}

/** Empty for one that left meanwhile. */
function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

interface SharedNetwork extends NetworkSettings {
  readonly masquerade: boolean;
}

function readNetwork(context: EngineContext): SharedNetwork | undefined {
  return readRecord<SharedNetwork>(networkFile(context));
}

function portsOf(bridge: string): readonly string[] {
  const dir = `/sys/class/net/${bridge}/brif`;
  return existsSync(dir) ? readdirSync(dir) : [];
}
