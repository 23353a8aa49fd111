import type { Entry, Node, SourceProblem } from '../manifest/node.ts';
import { interpolate, type Variables } from './interpolate.ts';

export interface InterpolatedNode {
  readonly node: Node;
  readonly problems: readonly SourceProblem[];
  /** Variables without a value, each with the place where it is asked for first. */
  readonly unset: ReadonlyMap<string, number>;
}

/** What all variables of one file together may bring. */
const MAX_TOTAL = 16 * 1024 * 1024;

/** Puts variables into every text of a document; keys stay as they are. What stands at an alias is done once. */
export function interpolateNode(root: Node, variables: Variables): InterpolatedNode {
  const problems: SourceProblem[] = [];
  const unset = new Map<string, number>();
  const done = new Map<Node, Node>();
  let total = 0;

  const scalar = (node: Node & { readonly kind: 'scalar' }): Node => {
    if (typeof node.value !== 'string' || !node.value.includes('$') || total > MAX_TOTAL) return node;
    const result = interpolate(node.value, variables);
    for (const name of result.unset) if (!unset.has(name)) unset.set(name, node.offset);
    if (result.problem !== undefined) problems.push({ offset: node.offset, message: result.problem });
    total += result.text.length;
    if (total > MAX_TOTAL)
      problems.push({ offset: node.offset, message: 'variables make the file too large' });
    return { ...node, value: result.text };
  };
  const visit = (node: Node): Node => {
    if (node.kind === 'scalar') return scalar(node);
    const known = done.get(node);
    if (known !== undefined) return known;
    const result: Node =
      node.kind === 'sequence'
        ? { ...node, items: node.items.map(visit) }
        : { ...node, entries: new Map([...node.entries].map(([key, it]) => [key, visitEntry(it)])) };
    done.set(node, result);
    return result;
  };
  const visitEntry = (entry: Entry): Entry => ({ ...entry, value: visit(entry.value) });

  return { node: visit(root), problems, unset };
}
