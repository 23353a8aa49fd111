import { byDefault, fromManifest, type Origin } from '../core/sourced.ts';
import type { ConfineInput, ContainerInPod } from './confine-input.ts';
import type { ConfinedMount, Profile } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import { runtimeDefault } from './runtime-default.ts';
import { cleanPath } from './volume-mounts.ts';

type NodeFile = Extract<ConfinedMount['source'], { readonly kind: 'node' }>['file'];
type Flags = Pick<ConfinedMount, 'readOnly' | 'nosuid' | 'nodev' | 'noexec'>;

const plain: Flags = { readOnly: false, nosuid: false, nodev: false, noexec: false };
const guarded: Flags = { readOnly: false, nosuid: true, nodev: true, noexec: true };

/** The runtime's own files follow the root file system: read-only with it. */
export function runtimeFiles(
  { pod, platform: { profile } }: ConfineInput,
  { readOnlyRootFilesystem, privileged }: EffectiveContext,
): readonly ConfinedMount[] {
  const isHostIpc = pod.spec.hostIPC === true;
  // CRI-O makes everything writable again that it has mounted so far for a privileged container.
  const isReadOnly = readOnlyRootFilesystem.value && !(profile === 'cri-o' && privileged.value);
  if (!isHostIpc && !isReadOnly) return usualFiles[profile];
  const shm = isHostIpc
    ? nodeFile('shm', '/dev/shm', plain, fromManifest('spec', 'hostIPC'))
    : ownSharedMemory[profile];
  return filesOf[profile](
    shm,
    isReadOnly,
    isReadOnly ? readOnlyRootFilesystem.from : runtimeDefault[profile],
  );
}

type Files = (shm: ConfinedMount, readOnly: boolean, origin: Origin) => readonly ConfinedMount[];

const filesOf: Readonly<Record<Profile, Files>> = Object.freeze({
  containerd: (shm, readOnly, origin) => [
    nodeFile('hostname', '/etc/hostname', { ...plain, readOnly }, origin),
    nodeFile('resolv.conf', '/etc/resolv.conf', { ...plain, readOnly }, origin),
    shm,
  ],
  'cri-o': (shm, readOnly, origin) => [
    shm,
    nodeFile('resolv.conf', '/etc/resolv.conf', { ...guarded, readOnly }, origin),
    nodeFile('hostname', '/etc/hostname', { ...plain, readOnly }, origin),
    nodeFile('.containerenv', '/run/.containerenv', { ...plain, readOnly }, origin),
  ],
});

const ownSharedMemory: Readonly<Record<Profile, ConfinedMount>> = Object.freeze({
  containerd: nodeFile('shm', '/dev/shm', guarded, runtimeDefault.containerd),
  'cri-o': nodeFile('shm', '/dev/shm', guarded, runtimeDefault['cri-o']),
});

const usualFiles: Readonly<Record<Profile, readonly ConfinedMount[]>> = Object.freeze({
  containerd: filesOf.containerd(ownSharedMemory.containerd, false, runtimeDefault.containerd),
  'cri-o': filesOf['cri-o'](ownSharedMemory['cri-o'], false, runtimeDefault['cri-o']),
});

const usualLog = '/dev/termination-log';
const hosts = nodeFile('hosts', '/etc/hosts', plain, byDefault('kubelet'));
const usualKubeletFiles: readonly ConfinedMount[] = Object.freeze([
  hosts,
  nodeFile('termination-log', usualLog, plain, byDefault('kubernetes', 'terminationMessagePath')),
]);

/** What the kubelet mounts by itself: always writable, also under a read-only root. */
export function kubeletFiles({ container, path }: ContainerInPod): readonly ConfinedMount[] {
  const written = container.terminationMessagePath;
  if (written === undefined || written === '' || written === usualLog) return usualKubeletFiles;
  const from = fromManifest(...path, 'terminationMessagePath');
  return [hosts, nodeFile('termination-log', cleanPath(written), plain, from)];
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
