import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCodeOf } from '../core/errors.ts';

/**
 * Makes a directory and those that it lies in, as far as they are missing. Throws the system's own error: Node.js alone
 * tells a read-only file system as a directory that does not exist.
 */
export function makeDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    mkdirSync(firstMissing(path), mode);
    throw error;
  }
}

function firstMissing(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) ? path : firstMissing(parent);
}
