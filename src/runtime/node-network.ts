import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkSettings } from './cni/settings.ts';
import { type EngineOptions, makeEngineContext } from './make-engine-context.ts';
import { registerSandbox, sharedNetwork, unregisterSandbox } from './sandbox-registry.ts';

/** A node counts among the sandboxes of its root: its network stays while it has no pods. */
const member = 'node';

/**
 * The network of the root's pods, settled before there are any and kept until `releaseNodeNetwork`, whatever becomes of
 * this process. Idempotent.
 */
export async function holdNodeNetwork(options: EngineOptions): Promise<NetworkSettings> {
  const context = makeEngineContext(options);
  const dir = join(context.layout.runDir, 'node-network');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await registerSandbox(context, member, dir);
  return sharedNetwork(context);
}

/** With the last pod of the root gone, the bridge and its address translation go as well. Idempotent. */
export async function releaseNodeNetwork(options: EngineOptions): Promise<void> {
  const context = makeEngineContext(options);
  await unregisterSandbox(context, member);
  rmSync(join(context.layout.runDir, 'node-network'), { recursive: true, force: true });
}
