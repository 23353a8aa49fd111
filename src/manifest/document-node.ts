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
  /** The same with places. Whichever of the two was not read is made when it is first asked for. */
  readonly root: Node;
}

/** A document whose nodes are made when somebody asks for a place. */
export function scannedDocument(index: number, scanned: PlacedValue): DocumentNode {
  let root: Node | undefined;
  return {
    index,
    offset: scanned.offsets[0] ?? 0,
    value: scanned.value,
    get root(): Node {
      root ??= nodesOf(scanned);
      return root;
    },
  };
}

/** A document that was read as nodes. */
export function composedDocument(index: number, root: Node): DocumentNode {
  let value: unknown;
  return {
    index,
    offset: root.offset,
    get value(): unknown {
      value ??= valueOf(root);
      return value;
    },
    root,
  };
}
