import { statfsSync } from 'node:fs';
import { availableParallelism, networkInterfaces } from 'node:os';
import type { Profile } from '../confinement/confinement.ts';
import type { ObjectLookup } from '../kube/references.ts';
import { systemClock } from '../node/clock.ts';
import { createGate } from '../node/gate.ts';
import type { NodePorts } from '../node/node-ports.ts';
import { reapDeadPods } from '../node/reap-pods.ts';
import type { ClusterDns } from '../node/resolv-conf.ts';
import type { Engine } from '../runtime/engine.ts';
import { rootLayout } from '../runtime/layout.ts';
import type { NetworkSettings } from '../runtime/node-network.ts';
import { openEngine } from '../runtime/open-engine.ts';
import type { SpareNetwork } from '../runtime/spare-network.ts';
import type { CommandContext } from './command.ts';
import { openStore } from './find-image.ts';
import { startProgress } from './progress.ts';
import { storeImages } from './store-images.ts';

export interface NodeRequest {
  readonly profile: Profile;
  /** Name or path of the OCI runtime; runc unless told. */
  readonly runtime: string | undefined;
  readonly lookup: ObjectLookup;
  /** False: the node is to behave as one that cannot do user namespaces. */
  readonly userNamespaces?: boolean;
  /** True: no registry is asked for anything. */
  readonly offline?: boolean;
  readonly nodeName?: string;
  readonly network?: NetworkSettings;
  readonly spareNetwork?: SpareNetwork;
  readonly clusterDns?: ClusterDns;
  readonly serviceEnv?: NodePorts['serviceEnv'];
}

/** The heavy steps of pods that run at the same time: enough to keep few processors busy, not to swamp them. */
const PARALLEL_STEPS = 8;

/** The node of the command's root, once what dead processes left behind is taken away. */
export async function openNode(request: NodeRequest, context: CommandContext): Promise<NodePorts> {
  const { libDir, runDir } = rootLayout(context.root);
  const { profile, runtime, lookup } = request;
  const opened = await openEngine(
    { root: context.root, profile, runtime, network: request.network },
    request.spareNetwork,
  );
  const engine = request.userNamespaces === false ? withoutUserNamespaces(opened) : opened;
  const dirs = { lib: libDir, run: runDir };
  const reaped = await reapDeadPods({ engine, dirs });
  for (const { namespace, name, uid } of reaped) {
    context.stderr.write(`podproof: removed what was left of pod ${namespace}/${name} (${uid})\n`);
  }
  const store = await openStore(context);
  return {
    engine,
    images: storeImages(store, {
      onPull: (reference) => startProgress(`pulling ${reference}`, context),
      isOffline: request.offline === true,
    }),
    lookup,
    dirs,
    clock: systemClock,
    nodeName: request.nodeName ?? 'podproof',
    hostIP: hostAddress(),
    clusterDns: request.clusterDns,
    serviceEnv: request.serviceEnv ?? (() => new Map()),
    allocatable: {
      cpuMillicores: availableParallelism() * 1000,
      memoryBytes: engine.platform.memoryCapacityBytes,
      ephemeralStorageBytes: fileSystemBytes(libDir),
    },
    gate: createGate(PARALLEL_STEPS),
  };
}

function withoutUserNamespaces(engine: Engine): Engine {
  return { ...engine, platform: { ...engine.platform, userNamespaces: false } };
}

/** What the file system below podproof's files holds in all. */
function fileSystemBytes(path: string): number {
  const { blocks, bsize } = statfsSync(path);
  return blocks * bsize;
}

function hostAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => address.family === 'IPv4' && !address.internal)?.address;
}
