import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../linux/file-lock.ts';
import { removeBridge } from '../linux/network-interface.ts';
import { removeCgroupParent } from './cgroups.ts';
import { addMasquerade, removeMasquerade } from './cni/masquerade.ts';
import { leasesDir } from './cni/pod-network.ts';
import { chooseNetwork, type NetworkSettings, parseRoutes } from './cni/settings.ts';
import type { EngineContext } from './engine-context.ts';

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

/** Notes a sandbox as gone; the last one takes what all of them shared along. */
export async function unregisterSandbox(context: EngineContext, id: string): Promise<void> {
  if (!existsSync(registryDir(context))) return;
  await locked(context, async () => {
    rmSync(join(registryDir(context), id), { force: true });
    if (sandboxesIn(context).length > 0) return;
    const network = readNetwork(context);
    if (network !== undefined) {
      if (network.masquerade) await removeMasquerade(network);
      if (!hasPorts(network.bridge)) removeBridge(network.bridge);
      rmSync(networkFile(context), { force: true });
    }
    removeCgroupParent(context.hierarchies, context.cgroupParent);
  });
}

function locked<T>(context: EngineContext, work: () => T | Promise<T>): Promise<T> {
  return withFileLock(join(context.layout.runDir, 'sandboxes.lock'), work);
}

function sandboxesIn(context: EngineContext): readonly string[] {
  const dir = registryDir(context);
  return readdirSync(dir).filter((id) => {
    if (existsSync(readFileSync(join(dir, id), 'utf8'))) return true;
    rmSync(join(dir, id), { force: true });
    return false;
  });
}

interface SharedNetwork extends NetworkSettings {
  readonly masquerade: boolean;
}

function readNetwork(context: EngineContext): SharedNetwork | undefined {
  const file = networkFile(context);
  // Written by this file only, under the lock.
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SharedNetwork) : undefined;
}

function hasPorts(bridge: string): boolean {
  const ports = `/sys/class/net/${bridge}/brif`;
  return existsSync(ports) && readdirSync(ports).length > 0;
}
