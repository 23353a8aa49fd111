import type { KubeObject } from '../../kube/meta.ts';
import type { ObjectReader, StoredKind } from '../../kube/object-api.ts';
import { ApiError } from '../../kube/status.ts';
import { type Disk, type DiskWrite, type OpenedDisk, openDisk } from './disk.ts';
import { MemoryIndex } from './memory-index.ts';
import { type Change, settled } from './stored-object.ts';
import { Transaction } from './transaction.ts';
import { type HistoryLimits, WatchHistory } from './watch-history.ts';

/** A write: pure but for what it does to the transaction. What it throws is what its caller is told. */
export type Write<R> = (transaction: Transaction) => R;

/** All objects, in memory and on disk. */
export interface ObjectStore {
  readonly reader: ObjectReader;
  readonly version: number;
  /** Resolves once what was written is durable; writes that wait at the same time share a commit, in their order. */
  write<R>(write: Write<R>): Promise<R>;
  /** The same, with nothing kept. */
  tryOut<R>(write: Write<R>): R;
  /** Changes after that version. Throws `Expired`. */
  since(version: number): readonly Change[];
  /** Whether all changes after that version are known. */
  knows(version: number): boolean;
  /** Called for each change from now on, in the order of the versions. */
  subscribe(listener: (change: Change) => void): () => void;
  close(): Promise<void>;
}

/** Opens the store in a directory. The history of changes begins anew. */
export async function openObjectStore(dir: string, limits?: HistoryLimits): Promise<ObjectStore> {
  const opened = await openDisk(dir);
  const index = new MemoryIndex();
  for (const record of opened.records) addRecord(index, record, dir);
  return new Store(index, opened, limits);
}

function addRecord(index: MemoryIndex, { key, text }: OpenedDisk['records'][number], dir: string): void {
  const slash = key.indexOf('/');
  try {
    // Nothing but StoredKinds is written.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const kind = key.slice(0, slash) as StoredKind;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    index.set(kind, key.slice(slash + 1), settled(JSON.parse(text) as KubeObject));
  } catch (error) {
    throw new Error(
      `cannot read the object "${key}" in the object store "${dir}": its record is not JSON; restore the directory or remove it to begin with an empty one`,
      { cause: error },
    );
  }
}

interface Waiting {
  /** Answers how to tell the caller once it is durable; a refusal is told at once. */
  readonly run: (transaction: Transaction) => (() => void) | undefined;
  readonly fail: (error: unknown) => void;
}

class Store implements ObjectStore {
  readonly reader: ObjectReader;
  readonly #index: MemoryIndex;
  readonly #disk: Disk;
  readonly #history: WatchHistory;
  readonly #listeners = new Set<{ readonly after: number; readonly listener: (change: Change) => void }>();
  #version: number;
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(index: MemoryIndex, { disk, version }: OpenedDisk, limits: HistoryLimits | undefined) {
    this.#index = index;
    this.#disk = disk;
    // A watch from 0 means from what there is: a list's version is never that.
    this.#version = Math.max(version, 1);
    this.#history = new WatchHistory(this.#version, limits);
    // Without changes of its own it shows what is, at any time.
    this.reader = new Transaction(index, 0);
  }

  get version(): number {
    return this.#version;
  }

  write<R>(write: Write<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new ApiError('ServiceUnavailable', 'the object store is closed'));
        return;
      }
      const run = (transaction: Transaction): (() => void) | undefined => {
        try {
          const result = transaction.attempt(write);
          return () => resolve(result);
        } catch (error) {
          reject(error);
          return undefined;
        }
      };
      this.#waiting.push({ run, fail: reject });
      // After all requests that came in with this turn of the event loop: they share the commit.
      if (this.#waiting.length === 1) setImmediate(() => this.#commitWaiting());
    });
  }

  tryOut<R>(write: Write<R>): R {
    return write(new Transaction(this.#index, this.#version));
  }

  since(version: number): readonly Change[] {
    return this.#history.since(version);
  }

  knows(version: number): boolean {
    return this.#history.knows(version);
  }

  subscribe(listener: (change: Change) => void): () => void {
    const entry = { after: this.#version, listener };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#commitWaiting();
    this.#closed = true;
    this.#listeners.clear();
    await this.#disk.close();
  }

  #commitWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const transaction = new Transaction(this.#index, this.#version);
    const done = waiting.map(({ run, fail }) => ({ resolve: run(transaction), fail }));
    const { changes } = transaction;
    try {
      if (changes.length > 0) this.#disk.commit(diskWrites(transaction), transaction.version);
    } catch (error) {
      for (const { fail } of done) fail(error);
      return;
    }
    this.#version = transaction.version;
    for (const change of changes) {
      if (change.type === 'DELETED') this.#index.delete(change.kind, change.key);
      else this.#index.set(change.kind, change.key, change.object);
      this.#history.push(change);
    }
    for (const { resolve } of done) resolve?.();
    for (const change of changes) this.#tell(change);
  }

  #tell(change: Change): void {
    for (const { after, listener } of this.#listeners) {
      // Whoever subscribed meanwhile has seen the outcome already.
      if (change.version <= after) continue;
      try {
        listener(change);
      } catch (error) {
        // The write is done, and the others wait to hear of it.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}

/** The last write of a key counts. */
function diskWrites(transaction: Transaction): readonly DiskWrite[] {
  const writes = new Map<string, DiskWrite>();
  for (const change of transaction.changes) {
    const key = `${change.kind}/${change.key}`;
    writes.set(key, { key, text: transaction.textOf(change) });
  }
  return [...writes.values()];
}
