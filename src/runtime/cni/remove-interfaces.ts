import { existsSync, writeFileSync } from 'node:fs';
import { findProgram } from '../find-program.ts';
import { runProgram } from '../run-program.ts';

/** Groups are a number that anybody may use; this one no distribution does. */
const group = 0x70700d;

/**
 * Removes interfaces of the host in one go: the kernel waits some 20 ms for each that goes alone, and once for a
 * whole group. The caller holds its root's lock; false when it did not work and they must go one by one.
 */
export async function removeInterfaces(names: readonly string[]): Promise<boolean> {
  const ip = findProgram('ip');
  if (ip === undefined) return false;
  const number = group + process.pid;
  try {
    for (const name of names) writeFileSync(`/sys/class/net/${name}/netdev_group`, String(number));
  } catch {
    // One of them is gone already, or this is no Linux with groups.
    return false;
  }
  await runProgram(ip, ['link', 'delete', 'group', String(number)]);
  return names.every((name) => !existsSync(`/sys/class/net/${name}`));
}
