import type { KubeObject } from '../../kube/meta.ts';
import type { StoredKind } from '../../kube/object-api.ts';

/** All objects by kind and key. */
export class MemoryIndex {
  readonly #kinds = new Map<StoredKind, Shelf>();

  find(kind: StoredKind, key: string): KubeObject | undefined {
    return this.#kinds.get(kind)?.objects.get(key);
  }

  /** Sorted. */
  keys(kind: StoredKind): readonly string[] {
    const shelf = this.#kinds.get(kind);
    if (shelf === undefined) return [];
    shelf.sortedKeys ??= [...shelf.objects.keys()].sort();
    return shelf.sortedKeys;
  }

  set(kind: StoredKind, key: string, object: KubeObject): void {
    let shelf = this.#kinds.get(kind);
    if (shelf === undefined) {
      shelf = { objects: new Map(), sortedKeys: undefined };
      this.#kinds.set(kind, shelf);
    }
    if (!shelf.objects.has(key)) shelf.sortedKeys = undefined;
    shelf.objects.set(key, object);
  }

  delete(kind: StoredKind, key: string): void {
    const shelf = this.#kinds.get(kind);
    if (shelf?.objects.delete(key)) shelf.sortedKeys = undefined;
  }
}

interface Shelf {
  readonly objects: Map<string, KubeObject>;
  sortedKeys: readonly string[] | undefined;
}
