import type { Entry, Node } from './node.ts';

/** Plain data, and where everything in it stands. */
export interface PlacedValue {
  readonly value: unknown;
  /**
   * One offset for each value and, before an entry's value, one for its key, in the order of the text; which is the order
   * of `value` too, as long as no key is a number.
   */
  readonly offsets: readonly number[];
}

/** `offsets` may be those of several values; the position of this one's own is `first`. */
export function nodesOf(value: unknown, offsets: ArrayLike<number>, first = 0): Node {
  let next = first;
  const take = (): number => offsets[next++] ?? 0;
  const nodeOf = (it: unknown): Node => {
    const offset = take();
    if (Array.isArray(it)) return { kind: 'sequence', items: it.map(nodeOf), offset };
    if (!isMapping(it)) return { kind: 'scalar', value: scalarOf(it), offset };
    const entries = new Map<string, Entry>();
    for (const key of Object.keys(it)) {
      const keyOffset = take();
      entries.set(key, { keyOffset, value: nodeOf(it[key]) });
    }
    return { kind: 'mapping', entries, offset };
  };
  return nodeOf(value);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function scalarOf(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
