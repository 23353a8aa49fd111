import { byDefault, fromManifest, type Sourced, sourced } from '../core/sourced.ts';
import type { EphemeralContainer } from '../kube/pod.ts';
import type { ConfineInput } from './confine-input.ts';
import type { Namespaces, UserNamespace } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';

/** How many ids a pod gets (`userNamespaces.idsPerPod` of the kubelet, unless configured). */
export const idsPerPod = 65_536;

export function confineNamespaces(input: ConfineInput, context: EffectiveContext): Namespaces {
  return {
    user: userNamespace(input),
    network: networkNamespace(input),
    pid: pidNamespace(input),
    ipc: hostOrPod(input, 'hostIPC'),
    // A pod in the host's network has the host's name as well.
    uts: hostOrPod(input, 'hostNetwork'),
    cgroup: cgroupNamespace(input, context),
  };
}

const hostUsers = sourced<UserNamespace>({ mode: 'host' }, byDefault('kubernetes', 'hostUsers not set'));
const ownProcesses = sourced<'container'>(
  'container',
  byDefault('kubernetes', 'shareProcessNamespace not set'),
);
const ofPod = {
  hostNetwork: sourced<'pod'>('pod', byDefault('kubernetes', 'hostNetwork not set')),
  hostIPC: sourced<'pod'>('pod', byDefault('kubernetes', 'hostIPC not set')),
} as const;
const cgroups = {
  1: sourced<'host'>('host', byDefault('runtime', 'cgroup v1')),
  2: sourced<'container'>('container', byDefault('runtime', 'cgroup v2')),
} as const;

function userNamespace({ pod, hostId }: ConfineInput): Sourced<UserNamespace> {
  const asked = pod.spec.hostUsers;
  if (asked === undefined) return hostUsers;
  const from = fromSpec('hostUsers');
  return asked
    ? sourced({ mode: 'host' }, from)
    : sourced({ mode: 'pod', size: idsPerPod, hostId: hostId ?? null }, from);
}

function networkNamespace(input: ConfineInput): Namespaces['network'] {
  if (input.withoutNetwork === true) return sourced('none', byDefault('runtime', 'no network asked for'));
  return hostOrPod(input, 'hostNetwork');
}

function pidNamespace({ pod, container }: ConfineInput): Namespaces['pid'] {
  if (pod.spec.hostPID === true) return sourced('host', fromSpec('hostPID'));
  if (pod.spec.shareProcessNamespace === true) return sourced('pod', fromSpec('shareProcessNamespace'));
  const { targetContainerName }: Partial<EphemeralContainer> = container.container;
  if (container.type === 'ephemeral' && targetContainerName !== undefined && targetContainerName !== '')
    return sourced('target', fromManifest(...container.path, 'targetContainerName'));
  return ownProcesses;
}

/** containerd makes one only where cgroup version 2 is the only one, and never for a privileged container. */
function cgroupNamespace({ platform }: ConfineInput, context: EffectiveContext): Namespaces['cgroup'] {
  if (context.privileged.value) return sourced('host', context.privileged.from);
  return cgroups[platform.cgroupVersion];
}

function hostOrPod({ pod }: ConfineInput, field: 'hostNetwork' | 'hostIPC'): Sourced<'pod' | 'host'> {
  const isHost = pod.spec[field];
  return isHost === undefined ? ofPod[field] : sourced(isHost ? 'host' : 'pod', fromSpec(field));
}

function fromSpec(
  field: 'hostUsers' | 'hostNetwork' | 'hostPID' | 'hostIPC' | 'shareProcessNamespace',
): Sourced<unknown>['from'] {
  return fromManifest('spec', field);
}
