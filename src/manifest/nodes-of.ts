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

export function nodesOf({ value, offsets }: PlacedValue): Node {
  let next = 0;
  const take = (): number => offsets[next++] ?? 0;
  const nodeOf = (it: unknown): Node => {
    const offset = take();
    if (Array.isArray(it)) return { kind: 'sequence', items: it.map(nodeOf), offset };
    if (typeof it !== 'object' || it === null) return { kind: 'scalar', value: scalarOf(it), offset };
    const entries = new Map<string, Entry>();
    for (const [key, child] of Object.entries(it)) {
      const keyOffset = take();
      entries.set(key, { keyOffset, value: nodeOf(child) });
    }
    return { kind: 'mapping', entries, offset };
  };
  return nodeOf(value);
}

function scalarOf(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
