import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { PodproofError } from '../../core/errors.ts';
import type { PortMapping } from '../engine.ts';
import { type PluginCall, runPlugin } from './plugin.ts';
import type { NetworkSettings } from './settings.ts';

/** All that is needed to take a pod off its network again; written down before it is put on it. */
export interface PodNetwork {
  readonly settings: NetworkSettings;
  /** Where `host-local` keeps who has which address. */
  readonly dataDir: string;
  readonly id: string;
  readonly networkNamespace: string;
  readonly podNamespace: string;
  readonly podName: string;
  readonly portMappings: readonly PortMapping[];
  /** The host's end of the pod's link, once that is known. */
  readonly hostInterface?: string | undefined;
}

const cniVersion = '0.4.0';

/** What the plugins made. */
export interface ConnectedPod {
  readonly ips: readonly string[];
  /** The host's end of the pod's link. */
  readonly hostInterface: string | undefined;
}

/** Connects the pod's network namespace to the bridge and gives its addresses. */
export async function addPodNetwork(pod: PodNetwork): Promise<ConnectedPod> {
  const call = callFor(pod, 'ADD');
  const result = await runPlugin('bridge', call, bridgeConfig(pod));
  if (pod.portMappings.length > 0) await runPlugin('portmap', call, portMapConfig(pod, result));
  const ips = addressesOf(result);
  if (ips.length === 0)
    throw new PodproofError('runtime', `CNI plugin "bridge" gave pod "${pod.id}" no address`);
  return { ips, hostInterface: hostInterfaceOf(result) };
}

/** Takes the pod off its network; no error when it was never, or only half, on it, or its namespace has gone before. */
export async function removePodNetwork(pod: PodNetwork): Promise<void> {
  const networkNamespace = isNamespace(pod.networkNamespace) ? pod.networkNamespace : '';
  const call = callFor({ ...pod, networkNamespace }, 'DEL');
  if (pod.portMappings.length > 0) await runPlugin('portmap', call, portMapConfig(pod, undefined));
  await runPlugin('bridge', call, bridgeConfig(pod));
}

/** The same for a pod whose interface is taken away otherwise: without a namespace a plugin only gives back addresses. */
export function releasePodAddresses(pod: PodNetwork): Promise<void> {
  return removePodNetwork({ ...pod, networkNamespace: '' });
}

/** NSFS_MAGIC of linux/magic.h. */
const namespaceFileSystem = 0x6e736673;

/** A plugin refuses the file that a namespace was pinned to. */
function isNamespace(path: string): boolean {
  try {
    return statfsSync(path).type === namespaceFileSystem;
  } catch {
    return false;
  }
}

function callFor(pod: PodNetwork, command: 'ADD' | 'DEL'): PluginCall {
  const args = [
    'IgnoreUnknown=1',
    `K8S_POD_NAMESPACE=${pod.podNamespace}`,
    `K8S_POD_NAME=${pod.podName}`,
    `K8S_POD_INFRA_CONTAINER_ID=${pod.id}`,
  ];
  return { command, containerId: pod.id, networkNamespace: pod.networkNamespace, args: args.join(';') };
}

function bridgeConfig({ settings, dataDir }: PodNetwork): unknown {
  return {
    cniVersion,
    name: settings.bridge,
    type: 'bridge',
    bridge: settings.bridge,
    isGateway: true,
    isDefaultGateway: true,
    hairpinMode: true,
    ipam: { type: 'host-local', dataDir, ranges: [[{ subnet: settings.subnet }]] },
  };
}

function portMapConfig(pod: PodNetwork, prevResult: unknown): unknown {
  return {
    cniVersion,
    name: pod.settings.bridge,
    type: 'portmap',
    capabilities: { portMappings: true },
    runtimeConfig: { portMappings: pod.portMappings },
    ...(prevResult === undefined ? {} : { prevResult }),
  };
}

/** Of the interfaces in the result, the one that is neither the bridge nor in the pod. */
function hostInterfaceOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('interfaces' in result)) return undefined;
  const entries: readonly unknown[] = Array.isArray(result.interfaces) ? result.interfaces : [];
  return entries
    .flatMap((entry) =>
      typeof entry === 'object' && entry !== null && 'name' in entry && typeof entry.name === 'string'
        ? [entry.name]
        : [],
    )
    .find((name) => /^veth[0-9a-f]+$/.test(name));
}

function addressesOf(result: unknown): readonly string[] {
  if (typeof result !== 'object' || result === null || !('ips' in result) || !Array.isArray(result.ips))
    return [];
  const entries: readonly unknown[] = result.ips;
  return entries.flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'address' in entry && typeof entry.address === 'string'
      ? [entry.address.replace(/\/\d+$/, '')]
      : [],
  );
}

/** Where a root keeps the leases of its pods' addresses. */
export function leasesDir(runDir: string): string {
  return join(runDir, 'cni');
}
