import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';

/** Directories inside each other below `root`, deeper than a path may be long, and a file in the last one. */
export function makeDeepDirectories(root: string, depth: number): void {
  const name = 'x'.repeat(200);
  let fd = openSync(root, 'r');
  for (let level = 0; level < depth; level += 1) {
    const path = `/proc/self/fd/${fd}/${name}`;
    mkdirSync(path);
    const below = openSync(path, 'r');
    closeSync(fd);
    fd = below;
  }
  writeFileSync(`/proc/self/fd/${fd}/file`, 'x');
  closeSync(fd);
}
