import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineOptions, makeEngineContext } from './make-engine-context.ts';
import { ensureMasquerade, registerSandbox, sharedNetwork, unregisterSandbox } from './sandbox-registry.ts';
import { removeSpareNetworks } from './spare-network.ts';

/** A node counts among the sandboxes of its root, so that the network does not go with its last pod. */
const member = 'node';

function memberDir(runDir: string): string {
  return join(runDir, 'node-network');
}

/**
 * Keeps the network of a root's pods (bridge, address translation) until `releaseNetwork`, whatever becomes of this process:
 * to make it anew takes a pod 30 ms, and to take it away holds up everything for 10. Idempotent.
 */
export async function holdNetwork(options: EngineOptions): Promise<void> {
  const context = makeEngineContext(options);
  const dir = memberDir(context.layout.runDir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await registerSandbox(context, member, dir);
  await sharedNetwork(context);
  await ensureMasquerade(context);
  await removeSpareNetworks(context);
}

/** Whether a node holds it, or was killed when it did. */
export function isNetworkHeld(runDir: string): boolean {
  return existsSync(memberDir(runDir));
}

/** The network then goes with the last pod, or at once when there is none. Idempotent. */
export async function releaseNetwork(options: EngineOptions): Promise<void> {
  const context = makeEngineContext(options);
  await removeSpareNetworks(context);
  await unregisterSandbox(context, member);
  rmSync(memberDir(context.layout.runDir), { recursive: true, force: true });
}
