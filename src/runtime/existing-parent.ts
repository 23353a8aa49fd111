import { existsSync } from 'node:fs';

/** The path itself when it is there, else the nearest directory above it that is. */
export function existingParent(path: string): string {
  let found = path;
  while (!existsSync(found)) found = found.slice(0, found.lastIndexOf('/')) || '/';
  return found;
}
