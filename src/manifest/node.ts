import type { FieldPath } from '../core/field-path.ts';

/** A value of a document with the place that it stands at. Offsets count UTF-16 units from the start of the file. */
export type Node = ScalarNode | SequenceNode | MappingNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly offset: number;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
  readonly offset: number;
}

export interface MappingNode {
  readonly kind: 'mapping';
  /** In the order of the document; of a key that was written twice, the last value. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly offset: number;
}

export interface Entry {
  readonly keyOffset: number;
  readonly value: Node;
}

/** Something wrong at a place of a file. */
export interface SourceProblem {
  readonly offset: number;
  readonly message: string;
  readonly advice?: string;
}

/** Of one document no more problems than this are kept: whoever has more needs no list of them. */
export const MAX_PROBLEMS = 1000;

/** How the problem of a key begins that is no scalar: `{{ a }}` is one, to YAML. */
export const KEY_NOT_SCALAR = 'a key must be a string';

/** Longer keys are refused, as by Kubernetes' YAML library. */
export const MAX_KEY_LENGTH = 1024;

export function keyTooLong(key: string): string {
  return `a key of ${key.length} characters, at most ${MAX_KEY_LENGTH} are allowed`;
}

/** The node as plain data. */
export function valueOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(valueOf);
  const result: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) {
    if (key !== '__proto__') result[key] = valueOf(entry.value);
    else {
      // An assignment would set the prototype instead.
      const value = valueOf(entry.value);
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
    }
  }
  return result;
}

/**
 * Where the field at `path` stands: its key in a mapping, its item in a sequence; for a field that is not there, the
 * nearest ancestor that is.
 */
export function offsetOf(root: Node, path: FieldPath): number {
  let node = root;
  let offset = root.offset;
  for (const step of path) {
    const next = childOf(node, step);
    if (next === undefined) return offset;
    [offset, node] = next;
  }
  return offset;
}

/** The node at `path`, when there is one. */
export function nodeAt(root: Node, path: FieldPath): Node | undefined {
  let node = root;
  for (const step of path) {
    const next = childOf(node, step);
    if (next === undefined) return undefined;
    node = next[1];
  }
  return node;
}

function childOf(node: Node, step: string | number): readonly [offset: number, Node] | undefined {
  if (node.kind === 'mapping') {
    const entry = node.entries.get(String(step));
    return entry === undefined ? undefined : [entry.keyOffset, entry.value];
  }
  if (node.kind !== 'sequence' || typeof step !== 'number') return undefined;
  const item = node.items[step];
  return item === undefined ? undefined : [item.offset, item];
}
