import { mkdirSync, statfsSync } from 'node:fs';
import { appendFile, type FileHandle, open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { ApiError } from '../../kube/status.ts';
import { checkDatabaseFile } from './check-database-file.ts';

/** A record to be kept, as text, or to be removed. */
export interface DiskWrite {
  readonly key: string;
  /** Undefined removes the record. */
  readonly text: string | undefined;
}

/** Text records on disk, and the last resource version. */
export interface Disk {
  /**
   * All or nothing, and safe from the end of this process when it returns; from the end of the machine a moment later.
   * Throws `InternalError` when it could not be written.
   */
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
 * Opens the records in `dir`, which is made if need be. Commits are synchronous LMDB transactions (decision 0041). Their
 * pages are flushed before the record that makes them count is written, so that nothing can tear them; that record is
 * flushed right afterwards, while others go on.
 */
export async function openDisk(dir: string): Promise<OpenedDisk> {
  const path = join(dir, 'objects.mdb');
  const { database, enlarged } = await openDatabase(dir, path);
  const records: { key: string; text: string }[] = [];
  let version = 0;
  for (const { key, value } of database.getRange({})) {
    if (key === VERSION_KEY) version = Number(value);
    else records.push({ key, text: value });
  }
  const file = await openFile(path, 'r+');
  const flush = flusher(file);
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
    void flush();
  };
  const close = async (): Promise<void> => {
    await Promise.all([enlarged, flush()]);
    await file.close();
    await database.close();
  };
  return { disk: { commit, close }, version, records };
}

/** Flushes once more when it is asked to during a flush. */
function flusher(file: FileHandle): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    // A disk that fails here fails the next commit, which has somebody to tell.
    await file.datasync().catch(() => undefined);
    running = next;
    next = undefined;
  };
  return () => {
    if (running === undefined) return (running = run());
    return (next ??= running.then(run));
  };
}

/** What a store grows to in its first days. */
const FIRST_MEBIBYTES = 8;

/** Writing into a file is faster than making it longer: a commit then needs no change of the file system's own records. */
async function enlarge(path: string): Promise<void> {
  // Only ever behind what is there, whoever writes meanwhile. Without room for it the store may still have enough.
  const mebibyte = Buffer.alloc(1024 * 1024);
  try {
    for (let written = 0; written < FIRST_MEBIBYTES; written += 1) await appendFile(path, mebibyte);
  } catch {
    // It is only for speed.
  }
}

interface OpenedDatabase {
  readonly database: RootDatabase<string, string>;
  readonly enlarged: Promise<void>;
}

async function openDatabase(dir: string, path: string): Promise<OpenedDatabase> {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const isNew = checkDatabaseFile(path) === 'new';
    const { open } = await import('lmdb');
    const database = open<string, string>({
      path,
      encoding: 'string',
      // Objects are in memory already: a cache would hold them twice.
      cache: false,
      compression: false,
      overlappingSync: false,
      noMetaSync: true,
    });
    return { database, enlarged: isNew ? enlarge(path) : Promise.resolve() };
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
