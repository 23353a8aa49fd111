import { readFileSync } from 'node:fs';
import { arch, hostname, release } from 'node:os';
import type { Platform } from '../confinement/platform.ts';
import { goArchitecture } from '../core/go-architecture.ts';
import { KUBERNETES_VERSION } from '../core/kubernetes-version.ts';
import { PODPROOF_VERSION } from '../core/version.ts';
import type { ClusterNode } from '../kube/cluster-node.ts';
import { runtimeHandlerOf } from '../node/runtime-handler.ts';
import type { Engine } from '../runtime/engine.ts';

export interface NodeFactsRequest {
  readonly nodeName: string;
  readonly engine: Pick<Engine, 'platform' | 'versions'>;
  readonly hostIP: string | undefined;
  /** The pods' network. */
  readonly podCIDR: string;
  readonly cpuMillicores: number;
  readonly ephemeralStorageBytes: number;
}

/** Pods that a kubelet takes when nobody says otherwise. */
const maxPods = 110;

/** The Node object of this machine, without its conditions. */
export function readNodeFacts(request: NodeFactsRequest): ClusterNode {
  const { nodeName, engine, podCIDR } = request;
  const architecture = goArchitecture(arch());
  const resources = {
    cpu:
      request.cpuMillicores % 1000 === 0 ? String(request.cpuMillicores / 1000) : `${request.cpuMillicores}m`,
    memory: `${Math.floor(engine.platform.memoryCapacityBytes / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor(request.ephemeralStorageBytes / 1024)}Ki`,
    pods: String(maxPods),
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName,
      labels: {
        'kubernetes.io/arch': architecture,
        'kubernetes.io/hostname': nodeName,
        'kubernetes.io/os': 'linux',
        'node-role.kubernetes.io/control-plane': '',
        'podproof.dev/profile': engine.platform.profile,
      },
    },
    spec: { podCIDR, podCIDRs: [podCIDR] },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        ...(request.hostIP === undefined ? [] : [{ type: 'InternalIP', address: request.hostIP }]),
        { type: 'Hostname', address: hostname() },
      ],
      nodeInfo: nodeInfo(engine, architecture),
      ...runtimeFeatures(engine.platform, runtimeHandlerOf(engine)),
    },
  };
}

function nodeInfo(
  { versions }: NodeFactsRequest['engine'],
  architecture: string,
): NonNullable<NonNullable<ClusterNode['status']>['nodeInfo']> {
  return {
    machineID: readLine('/etc/machine-id'),
    systemUUID: readLine('/sys/class/dmi/id/product_uuid'),
    bootID: readLine('/proc/sys/kernel/random/boot_id'),
    kernelVersion: release(),
    osImage: osName(),
    containerRuntimeVersion: versions.runtime.replace(' ', '://'),
    kubeletVersion: `v${KUBERNETES_VERSION}.0+podproof.${PODPROOF_VERSION}`,
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture,
  };
}

/** The runtime is the handler of pods that name none, and of RuntimeClasses that name it. */
function runtimeFeatures(
  { userNamespaces }: Platform,
  runtime: string,
): Pick<NonNullable<ClusterNode['status']>, 'runtimeHandlers' | 'features'> {
  const features = { recursiveReadOnlyMounts: true, userNamespaces };
  return {
    runtimeHandlers: ['', runtime].map((name) => ({ name, features })),
    features: { supplementalGroupsPolicy: true },
  };
}

function osName(): string {
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(readText('/etc/os-release'))?.[1] ?? 'Linux';
}

function readLine(path: string): string {
  return readText(path).trim();
}

/** Empty for what this machine does not tell. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
