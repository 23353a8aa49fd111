import { byDefault, fromManifest, type Origin } from '../core/sourced.ts';
import type { ConfineInput, ContainerInPod } from './confine-input.ts';
import type { ConfinedMount } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import { kernelMounts } from './kernel-mounts.ts';
import { cleanPath, volumeMounts } from './volume-mounts.ts';

/**
 * Everything mounted in the container, parents before children. What the manifest mounts takes the place of a default
 * at the same path, and of everything below /dev when it mounts /dev itself.
 */
export function confineMounts(input: ConfineInput, context: EffectiveContext): readonly ConfinedMount[] {
  const fromVolumes = volumeMounts(input);
  const taken = new Set(fromVolumes.map((mount) => mount.destination));
  const isTaken = ({ destination }: ConfinedMount) =>
    taken.has(destination) || (taken.has('/dev') && destination.startsWith('/dev/'));
  const fromRuntime = [...kernelMounts(context), ...runtimeFiles(input, context)].filter(
    (mount) => !isTaken(mount),
  );
  const fromKubelet = kubeletFiles(input.container).filter(({ destination }) => !taken.has(destination));
  return [...fromRuntime, ...fromVolumes, ...fromKubelet].toSorted(
    (a, b) => depth(a.destination) - depth(b.destination),
  );
}

type NodeFile = 'hosts' | 'hostname' | 'resolv.conf' | 'shm' | 'termination-log';
type Flags = Pick<ConfinedMount, 'readOnly' | 'nosuid' | 'nodev' | 'noexec'>;

const plain: Flags = { readOnly: false, nosuid: false, nodev: false, noexec: false };
const guarded: Flags = { readOnly: false, nosuid: true, nodev: true, noexec: true };

/** The runtime's own files follow the root file system: read-only with it. CRI-O also takes away suid, dev and exec. */
function runtimeFiles({ pod, platform }: ConfineInput, context: EffectiveContext): readonly ConfinedMount[] {
  const { value: readOnly, from } = context.readOnlyRootFilesystem;
  const flags = { ...(platform.profile === 'cri-o' ? guarded : plain), readOnly };
  const origin = readOnly ? from : byDefault('runtime', platform.profile);
  return [
    nodeFile('hostname', '/etc/hostname', flags, origin),
    nodeFile('resolv.conf', '/etc/resolv.conf', flags, origin),
    pod.spec.hostIPC === true
      ? nodeFile('shm', '/dev/shm', plain, fromManifest('spec', 'hostIPC'))
      : nodeFile('shm', '/dev/shm', guarded, byDefault('runtime', platform.profile)),
  ];
}

/** What the kubelet mounts by itself: always writable, also under a read-only root. */
function kubeletFiles({ container, path }: ContainerInPod): readonly ConfinedMount[] {
  const written = container.terminationMessagePath;
  const logPath = written === undefined || written === '' ? '/dev/termination-log' : written;
  const from =
    logPath === '/dev/termination-log'
      ? byDefault('kubernetes', 'terminationMessagePath')
      : fromManifest(...path, 'terminationMessagePath');
  return [
    nodeFile('hosts', '/etc/hosts', plain, byDefault('kubelet')),
    nodeFile('termination-log', cleanPath(logPath), plain, from),
  ];
}

function nodeFile(file: NodeFile, destination: string, flags: Flags, from: Origin): ConfinedMount {
  return {
    destination,
    source: { kind: 'node', file },
    fsType: 'bind',
    ...flags,
    recursiveReadOnly: false,
    propagation: 'private',
    data: [],
    from,
  };
}

function depth(path: string): number {
  return path === '/' ? 0 : path.split('/').length - 1;
}
