import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CgroupHierarchy } from './cgroups.ts';

/**
 * Why an OCI runtime cannot run anything on this machine; undefined when nothing is known against it. crun would run
 * without any cgroup here, and then a container had no limit and no device rules, and could outlive its pod.
 */
export function runtimeProblem(version: string, hierarchies: readonly CgroupHierarchy[]): string | undefined {
  if (!version.startsWith('crun')) return undefined;
  const onFirst = hierarchies.flatMap(({ controllers }) => controllers);
  const onSecond = hierarchies.flatMap((hierarchy) =>
    hierarchy.version === 2 ? controllersOf(hierarchy) : [],
  );
  if (onFirst.length === 0 || onSecond.length === 0) return undefined;
  return `crun does not support cgroups in hybrid mode, and here version 2 has ${onSecond.join(', ')} while the others are on version 1`;
}

function controllersOf({ mountPoint }: CgroupHierarchy): readonly string[] {
  const file = join(mountPoint, 'cgroup.controllers');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean) : [];
}
