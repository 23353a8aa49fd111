import { existsSync, lstatSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Container, VolumeMount } from '../../kube/pod.ts';
import { makeDirectoriesBeneath } from '../../linux/make-directories-beneath.ts';
import type { MountHandle } from '../../runtime/engine.ts';
import { expandVariables } from '../env/expand.ts';
import { Refusal } from '../refusal.ts';
import type { PreparedVolume } from './prepared-volume.ts';

/**
 * What a volume mount binds. A `subPath` that is missing is made, as the kubelet does, with the volume's own mode; one
 * that leads out of the volume refuses the container. The engine looks the path up once more, inside the volume, when
 * it mounts it: a link swapped in meanwhile leads nowhere.
 */
export function mountHandle(
  container: Container,
  mount: VolumeMount,
  volume: PreparedVolume,
  env: ReadonlyMap<string, string>,
): MountHandle {
  const subPath = subPathOf(mount, env);
  const whole: MountHandle = { root: volume.root, path: volume.path, idMapped: volume.idMapped };
  if (subPath === '') return whole;
  checkSubPath(subPath);
  const root = join(volume.root, volume.path);
  // What is missing in an image the runtime finds out: making it would change the image for everybody.
  if (volume.isImmutable === true) return { ...whole, root, path: subPath };
  const where = `volumeMount "${mount.name}" of container "${container.name}"`;
  try {
    makeDirectoriesBeneath(root, subPath, lstatSync(root).mode & 0o7777);
  } catch (error) {
    // The kubelet makes what is missing first, and has a text of its own for that.
    const failed = existsSync(join(root, subPath)) ? 'prepare subPath' : 'create subPath directory';
    throw new Refusal('CreateContainerConfigError', `failed to ${failed} for ${where}`, { cause: error });
  }
  return { ...whole, root, path: subPath };
}

function subPathOf(mount: VolumeMount, env: ReadonlyMap<string, string>): string {
  const { subPath = '', subPathExpr = '' } = mount;
  if (subPathExpr === '') return subPath;
  const missing = new Set<string>();
  const expanded = expandVariables(subPathExpr, (name) => {
    const value = env.get(name) ?? '';
    if (value === '') missing.add(name);
    return value;
  });
  // An empty one counts as missing (`ExpandContainerVolumeMounts` of the kubelet).
  if (missing.size > 0)
    throw new Refusal(
      'CreateContainerConfigError',
      `missing value for ${[...missing].toSorted().join(', ')}`,
    );
  return expanded;
}

function checkSubPath(subPath: string): void {
  if (isAbsolute(subPath))
    throw new Refusal(
      'CreateContainerConfigError',
      `error SubPath \`${subPath}\` must not be an absolute path`,
    );
  if (subPath.split('/').includes('..'))
    throw new Refusal(
      'CreateContainerConfigError',
      `unable to provision SubPath \`${subPath}\`: must not contain '..'`,
    );
}
