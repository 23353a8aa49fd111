import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pinNamespace } from '../linux/namespaces.ts';
import { removeTree } from '../linux/remove-tree.ts';
import type { PodNetwork } from './cni/pod-network.ts';
import type { Sandbox } from './engine.ts';
import type { EngineContext, ReadyNetwork } from './engine-context.ts';
import { type SandboxLayout, sandboxLayout } from './layout.ts';
import { type EngineOptions, makeEngineContext } from './make-engine-context.ts';
import { removeSandbox } from './reap.ts';
import { readRecord, writeRecord } from './record-file.ts';
import { createSandbox } from './sandbox.ts';

/** Below a root's run directory: one directory for each, of which there are more than one only for a moment. */
function sparesDir({ layout }: EngineContext): string {
  return join(layout.runDir, 'spare-networks');
}

/** Nothing must have been started for so long: what makes a network would take the processor from pods. */
const quietMs = 200;

/**
 * The network of the next pod, connected and with its address before anybody asks for it: the plugins take longer than all
 * the rest of a sandbox. Until a pod takes it, it is a sandbox of its own with nothing else in it, and so is removed like
 * any other, also when this process is killed (`removeSpareNetworks`).
 */
export class SpareNetwork implements ReadyNetwork {
  readonly #context: EngineContext;
  #spare: Sandbox | undefined;
  /** What is left of those that were taken. */
  #taken: Sandbox[] = [];
  #starts = 0;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(context: EngineContext) {
    this.#context = context;
    this.#renewWhenQuiet();
  }

  take(pod: SandboxLayout): readonly string[] | undefined {
    const spare = this.#spare;
    if (spare === undefined) return undefined;
    this.#spare = undefined;
    this.#taken.push(spare);
    return handOver(spare, pod);
  }

  /** Runs what starts a pod: meanwhile, and shortly after, no network is made. */
  async whileStarting<T>(start: () => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    this.#starts += 1;
    try {
      return await start();
    } finally {
      this.#starts -= 1;
      this.#renewWhenQuiet();
    }
  }

  /** No other is made, and the one that nobody took is removed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#work;
    if (this.#spare !== undefined) this.#taken.push(this.#spare);
    this.#spare = undefined;
    await this.#removeTaken();
  }

  #renewWhenQuiet(): void {
    if (this.#starts > 0 || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // Without a spare one, pods are connected as they come, and what goes wrong is told of them.
      this.#work = this.#work.then(() => this.#renew()).catch(() => undefined);
    }, quietMs);
  }

  async #renew(): Promise<void> {
    await this.#removeTaken();
    if (this.#spare === undefined && !this.#isClosed) this.#spare = await makeSpare(this.#context);
  }

  async #removeTaken(): Promise<void> {
    for (const { id } of this.#taken.splice(0)) await removeSpare(this.#context, id);
  }
}

/** For a node: `openEngine` gives it to the pods. */
export function openSpareNetwork(options: EngineOptions): SpareNetwork {
  return new SpareNetwork(makeEngineContext(options));
}

/** Removes those that a process has left which was killed. For whoever holds the root's lock. */
export async function removeSpareNetworks(context: EngineContext): Promise<void> {
  const dir = sparesDir(context);
  if (!existsSync(dir)) return;
  for (const id of readdirSync(dir)) await removeSpare(context, id);
}

function makeSpare(context: EngineContext): Promise<Sandbox> {
  const id = `spare-${randomUUID()}`;
  const dir = join(sparesDir(context), id);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return createSandbox(context, {
    id,
    dir,
    hostname: '',
    user: { mode: 'host' },
    network: 'pod',
    ipc: 'host',
    uts: 'host',
    pid: 'host',
    sysctls: [],
    portMappings: [],
    idMapped: [],
    podNamespace: '',
    podName: '',
  });
}

async function removeSpare(context: EngineContext, id: string): Promise<void> {
  const dir = join(sparesDir(context), id);
  await removeSandbox(context, { id, dir });
  await removeTree(dir);
}

/** The pod's addresses; undefined when somebody has taken the interface away meanwhile. */
function handOver({ dir, ips }: Sandbox, pod: SandboxLayout): readonly string[] | undefined {
  const spare = sandboxLayout(dir);
  const network = readRecord<PodNetwork>(spare.networkRecord);
  if (network === undefined || !isConnected(network)) return undefined;
  // For a moment it is noted as both's: then it is removed twice, which is no error, and never not at all.
  writeRecord(pod.networkRecord, { ...network, networkNamespace: pod.namespaces.net });
  pinNamespace(spare.namespaces.net, pod.namespaces.net);
  rmSync(spare.networkRecord);
  return ips;
}

function isConnected({ settings, hostInterface = '' }: PodNetwork): boolean {
  return hostInterface !== '' && existsSync(`/sys/class/net/${settings.bridge}/brif/${hostInterface}`);
}
