import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { ApiError } from '../../kube/status.ts';

/** A record to be kept, as text, or to be removed. */
export interface DiskWrite {
  readonly key: string;
  /** Undefined removes the record. */
  readonly text: string | undefined;
}

/** Text records on disk, and the last resource version. */
export interface Disk {
  /** All or nothing, and on the disk when it returns. Throws `InternalError` when it could not be written. */
  commit(writes: readonly DiskWrite[], version: number): void;
  close(): Promise<void>;
}

export interface OpenedDisk {
  readonly disk: Disk;
  readonly version: number;
  readonly records: readonly { readonly key: string; readonly text: string }[];
}

/** No object's key: those begin with a capital letter. */
const VERSION_KEY = '#resourceVersion';

/**
 * Opens the records in `dir`, which is made if need be. Commits are synchronous (decision 0041): each is one LMDB
 * transaction, with its data flushed before the record that makes it count, so that neither the end of the process nor
 * of the machine can tear it.
 */
export async function openDisk(dir: string): Promise<OpenedDisk> {
  const path = join(dir, 'objects.mdb');
  const database = await openDatabase(dir, path);
  const records: { key: string; text: string }[] = [];
  let version = 0;
  for (const { key, value } of database.getRange({})) {
    if (key === VERSION_KEY) version = Number(value);
    else records.push({ key, text: value });
  }
  const commit = (writes: readonly DiskWrite[], next: number): void => {
    try {
      database.transactionSync(() => {
        for (const { key, text } of writes) {
          if (text === undefined) database.removeSync(key);
          else database.putSync(key, text);
        }
        database.putSync(VERSION_KEY, String(next));
      });
    } catch (error) {
      throw cannotWrite(dir, path, error);
    }
  };
  return { disk: { commit, close: () => database.close() }, version, records };
}

async function openDatabase(dir: string, path: string): Promise<RootDatabase<string, string>> {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const { open } = await import('lmdb');
    // Objects are in memory already: the library's own cache and decoders would hold them twice.
    return open<string, string>({
      path,
      encoding: 'string',
      cache: false,
      compression: false,
      overlappingSync: false,
    });
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new Error(
      `cannot open the object store "${path}": ${found}; move the file away to begin with an empty one`,
      { cause: error },
    );
  }
}

function cannotWrite(dir: string, path: string, error: unknown): ApiError {
  const found = isFull(dir)
    ? 'no space left on device; free some space and try again'
    : error instanceof Error
      ? error.message
      : String(error);
  const refusal = new ApiError('InternalError', `Internal error occurred: cannot write "${path}": ${found}`);
  refusal.cause = error;
  return refusal;
}

/** LMDB reports a short write as an input/output error, whatever was behind it. */
function isFull(dir: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize < 1024 * 1024;
  } catch {
    return false;
  }
}
