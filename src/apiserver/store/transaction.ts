import type { KubeObject } from '../../kube/meta.ts';
import type { ObjectReader, StoredKind, StoredKinds } from '../../kube/object-api.ts';
import { ApiError } from '../../kube/status.ts';
import type { MemoryIndex } from './memory-index.ts';
import { type Change, keyOf, keyOfObject, settled } from './stored-object.ts';

/** As etcd's limit of a request. */
const MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;

/**
 * Changes that are not durable yet, over what is. It reads its own writes, so that the writes of one commit see each
 * other: two Services of one commit get two addresses.
 */
export class Transaction implements ObjectReader {
  readonly #index: MemoryIndex;
  readonly #overlay = new Map<StoredKind, Map<string, KubeObject | undefined>>();
  readonly #changes: Change[] = [];
  readonly #texts = new Map<Change, string>();
  #version: number;

  constructor(index: MemoryIndex, version: number) {
    this.#index = index;
    this.#version = version;
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** The last resource version that was given out. */
  get version(): number {
    return this.#version;
  }

  /** What is to be kept for a change; undefined when it is a deletion. */
  textOf(change: Change): string | undefined {
    return this.#texts.get(change);
  }

  find(kind: StoredKind, key: string): KubeObject | undefined {
    const overlay = this.#overlay.get(kind);
    return overlay?.has(key) ? overlay.get(key) : this.#index.find(kind, key);
  }

  get<K extends StoredKind>(kind: K, namespace: string, name: string): StoredKinds[K] | undefined {
    // What is stored under a kind has its type: nothing else is put there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return this.find(kind, keyOf(namespace, name)) as StoredKinds[K] | undefined;
  }

  list<K extends StoredKind>(kind: K, namespace?: string): readonly StoredKinds[K][] {
    // As in `get`.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return this.#keys(kind, namespace).map((key) => this.find(kind, key)) as unknown as StoredKinds[K][];
  }

  /** Keeps an object under the next resource version and answers it so. */
  put(kind: StoredKind, object: KubeObject): KubeObject {
    const key = keyOfObject(object);
    const previous = this.find(kind, key);
    const version = this.#version + 1;
    const stored = withVersion(object, version);
    const text = JSON.stringify(stored);
    if (text.length > MAX_OBJECT_BYTES) {
      throw new ApiError(
        'RequestEntityTooLarge',
        `Request entity too large: the object is ${text.length} bytes, limit is ${MAX_OBJECT_BYTES}`,
      );
    }
    const type = previous === undefined ? 'ADDED' : 'MODIFIED';
    const change: Change = {
      version,
      type,
      kind,
      key,
      object: stored,
      previous,
      sizeBytes: text.length,
    };
    this.#texts.set(change, text);
    this.#add(change);
    return stored;
  }

  remove(kind: StoredKind, object: KubeObject): KubeObject {
    const key = keyOfObject(object);
    const previous = this.find(kind, key);
    const version = this.#version + 1;
    const last = withVersion(object, version);
    this.#add({ version, type: 'DELETED', kind, key, object: last, previous, sizeBytes: 0 });
    return last;
  }

  /** Runs a write; when it throws, nothing of it is left. */
  attempt<R>(write: (transaction: Transaction) => R): R {
    const mark = this.#changes.length;
    const version = this.#version;
    try {
      return write(this);
    } catch (error) {
      for (const change of this.#changes.splice(mark).reverse()) {
        this.#texts.delete(change);
        this.#overlay.get(change.kind)?.set(change.key, change.previous);
      }
      this.#version = version;
      throw error;
    }
  }

  #add(change: Change): void {
    this.#version = change.version;
    this.#changes.push(change);
    let overlay = this.#overlay.get(change.kind);
    if (overlay === undefined) {
      overlay = new Map();
      this.#overlay.set(change.kind, overlay);
    }
    overlay.set(change.key, change.type === 'DELETED' ? undefined : change.object);
  }

  #keys(kind: StoredKind, namespace: string | undefined): readonly string[] {
    const overlay = this.#overlay.get(kind);
    let keys = this.#index.keys(kind);
    if (overlay !== undefined) {
      const all = new Set([...keys, ...overlay.keys()]);
      keys = [...all].filter((key) => this.find(kind, key) !== undefined).sort();
    }
    if (namespace === undefined) return keys;
    const prefix = keyOf(namespace, '');
    return keys.filter((key) => key.startsWith(prefix));
  }
}

function withVersion(object: KubeObject, version: number): KubeObject {
  return settled({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
}
