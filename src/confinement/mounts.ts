import type { ConfineInput } from './confine-input.ts';
import type { ConfinedMount } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import { kernelMounts } from './kernel-mounts.ts';
import { kubeletFiles, runtimeFiles } from './node-files.ts';
import { volumeMounts } from './volume-mounts.ts';

/**
 * Everything mounted in the container, parents before children. What the manifest mounts takes the place of a default
 * at the same path. It also hides what is mounted before it: on both runtimes what the kernel makes, so that a volume
 * at /sys comes without the container's own cgroups; on CRI-O the runtime's files too, which containerd sorts among the
 * volumes (`internal/cri/opts/spec_linux_opts.go`; `server/container_create.go` of CRI-O).
 */
export function confineMounts(input: ConfineInput, context: EffectiveContext): readonly ConfinedMount[] {
  const volumes = volumeMounts(input);
  const destinations = volumes.map(({ destination }) => destination);
  const isReplaced = ({ destination }: ConfinedMount) => destinations.includes(destination);
  const isHidden = ({ destination }: ConfinedMount) =>
    destinations.some((volume) => destination === volume || isBelow(destination, volume));
  const isOut = input.platform.profile === 'cri-o' ? isHidden : isReplaced;
  return parentsFirst([
    ...kernelMounts(context).filter((mount) => !isHidden(mount)),
    ...runtimeFiles(input, context).filter((mount) => !isOut(mount)),
    ...volumes,
    ...kubeletFiles(input.container).filter((mount) => !isReplaced(mount)),
  ]);
}

function isBelow(path: string, directory: string): boolean {
  return path.charAt(directory.length) === '/' && path.startsWith(directory);
}

/** By the number of their steps; those of as many stay in their order. */
function parentsFirst(mounts: readonly ConfinedMount[]): readonly ConfinedMount[] {
  return mounts
    .map((mount) => ({ mount, depth: depthOf(mount.destination) }))
    .sort((a, b) => a.depth - b.depth)
    .map(({ mount }) => mount);
}

function depthOf(path: string): number {
  if (path === '/') return 0;
  let depth = 0;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) depth += 1;
  return depth;
}
