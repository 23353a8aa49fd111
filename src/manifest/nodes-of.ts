import type { Entry, Node } from './node.ts';

/**
 * A value with its places. `offsets` has one number for each value and, before an entry's value, one for its key, in the
 * order in which they are met in `value`: of an object's entries, that of its own keys.
 */
export function nodesOf(value: unknown, offsets: readonly number[]): Node {
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
