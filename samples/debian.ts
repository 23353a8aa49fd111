import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const UNPACKED = fileURLToPath(new URL('../.cache/debian', import.meta.url));

/** A file of a Debian package that setup only unpacked, because installing it would start a daemon. */
export function debianFile(path: string): string {
  const unpacked = `${UNPACKED}${path}`;
  return existsSync(unpacked) ? unpacked : path;
}
