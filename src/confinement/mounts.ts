import { byDefault, fromManifest, type Origin } from '../core/sourced.ts';
import type { ConfineInput, ContainerInPod } from './confine-input.ts';
import type { ConfinedMount } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import { kernelMounts } from './kernel-mounts.ts';
import { cleanPath, volumeMounts } from './volume-mounts.ts';

/**
 * Everything mounted in the container, parents before children. What the manifest mounts takes the place of a default
 * at the same path. It also hides what is mounted before it: on both runtimes what the kernel makes, so that a volume
 * at /sys comes without the container's own cgroups; on CRI-O the runtime's files too, which containerd sorts among the
 * volumes (`internal/cri/opts/spec_linux_opts.go`; `server/container_create.go` of CRI-O).
 */
export function confineMounts(input: ConfineInput, context: EffectiveContext): readonly ConfinedMount[] {
  const fromVolumes = volumeMounts(input);
  const isReplaced = ({ destination }: ConfinedMount) =>
    fromVolumes.some((volume) => volume.destination === destination);
  const isHidden = (mount: ConfinedMount) =>
    isReplaced(mount) || fromVolumes.some((volume) => mount.destination.startsWith(`${volume.destination}/`));
  const isOut = input.platform.profile === 'cri-o' ? isHidden : isReplaced;
  return [
    ...kernelMounts(context).filter((mount) => !isHidden(mount)),
    ...runtimeFiles(input, context).filter((mount) => !isOut(mount)),
    ...fromVolumes,
    ...kubeletFiles(input.container).filter((mount) => !isReplaced(mount)),
  ].toSorted((a, b) => depth(a.destination) - depth(b.destination));
}

type NodeFile = Extract<ConfinedMount['source'], { readonly kind: 'node' }>['file'];
type Flags = Pick<ConfinedMount, 'readOnly' | 'nosuid' | 'nodev' | 'noexec'>;

const plain: Flags = { readOnly: false, nosuid: false, nodev: false, noexec: false };
const guarded: Flags = { readOnly: false, nosuid: true, nodev: true, noexec: true };

/** The runtime's own files follow the root file system: read-only with it. */
function runtimeFiles(input: ConfineInput, context: EffectiveContext): readonly ConfinedMount[] {
  const { profile } = input.platform;
  const runtime = byDefault('runtime', profile);
  const shm =
    input.pod.spec.hostIPC === true
      ? nodeFile('shm', '/dev/shm', plain, fromManifest('spec', 'hostIPC'))
      : nodeFile('shm', '/dev/shm', guarded, runtime);
  const { value: isReadOnlyRoot, from } = context.readOnlyRootFilesystem;
  // CRI-O makes everything writable again that it has mounted so far for a privileged container.
  const readOnly = isReadOnlyRoot && !(profile === 'cri-o' && context.privileged.value);
  const origin = readOnly ? from : runtime;
  const hostname = nodeFile('hostname', '/etc/hostname', { ...plain, readOnly }, origin);
  if (profile === 'containerd')
    return [hostname, nodeFile('resolv.conf', '/etc/resolv.conf', { ...plain, readOnly }, origin), shm];
  return [
    shm,
    nodeFile('resolv.conf', '/etc/resolv.conf', { ...guarded, readOnly }, origin),
    hostname,
    nodeFile('.containerenv', '/run/.containerenv', { ...plain, readOnly }, origin),
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
