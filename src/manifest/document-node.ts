import { type Node, valueOf } from './node.ts';
import { nodesOf, type PlacedValue } from './nodes-of.ts';

/** A document that holds something. */
export interface DocumentNode {
  /** Counts the file's documents from 0, blank ones not included. */
  readonly index: number;
  /** Where its first value stands. */
  readonly offset: number;
  /** Plain data. */
  readonly value: unknown;
  /** Where each of its keys and values stands, in the order of the text, when it was read as plain data. */
  readonly offsets?: readonly number[];
  /** The same with places. Whichever of the two was not read is made when it is first asked for. */
  readonly root: Node;
}

/** A document whose nodes are made when somebody asks for a place. */
export function scannedDocument(index: number, scanned: PlacedValue): DocumentNode {
  return new ScannedDocument(index, scanned);
}

/** A document that was read as nodes. */
export function composedDocument(index: number, root: Node): DocumentNode {
  return new ComposedDocument(index, root);
}

class ScannedDocument implements DocumentNode {
  readonly index: number;
  readonly offset: number;
  readonly value: unknown;
  readonly offsets: readonly number[];
  #root: Node | undefined;

  constructor(index: number, { value, offsets }: PlacedValue) {
    this.index = index;
    this.offset = offsets[0] ?? 0;
    this.value = value;
    this.offsets = offsets;
  }

  get root(): Node {
    this.#root ??= nodesOf(this.value, this.offsets);
    return this.#root;
  }
}

class ComposedDocument implements DocumentNode {
  readonly index: number;
  readonly offset: number;
  readonly root: Node;
  #value: unknown;

  constructor(index: number, root: Node) {
    this.index = index;
    this.offset = root.offset;
    this.root = root;
  }

  get value(): unknown {
    this.#value ??= valueOf(this.root);
    return this.#value;
  }
}
