import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { systemCodeOf } from '../core/errors.ts';

/** Reads what the engine itself has written as JSON; undefined when there is nothing, or only a part of it. */
// oxlint-disable-next-line no-unnecessary-type-parameters -- names what the caller has written there
export function readRecord<T>(path: string): T | undefined {
  try {
    // oxlint-disable-next-line no-unsafe-type-assertion -- a file in a directory that only root can write, written by the caller's own part
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if (error instanceof SyntaxError || systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a record in one step: whoever is killed at it leaves the old one or the new one. */
export function writeRecord(path: string, record: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
