import type { Entry, MappingNode, Node, SequenceNode } from '../manifest/node.ts';

/** What another value replaces, where values of the same name would else be put together. */
const REPLACED: ReadonlySet<string> = new Set(['command', 'entrypoint', 'test', 'logging', 'build']);
/** Lists whose items are told apart by where in the container they are mounted. */
const BY_TARGET: ReadonlySet<string> = new Set(['volumes', 'devices', 'configs', 'secrets', 'tmpfs']);

/**
 * A service on top of another, as `extends` and override files have it: mappings are merged, lists joined, texts
 * replaced. `tagOf` tells what was written with `!reset` or `!override`.
 */
export function mergeService(base: MappingNode, over: MappingNode, tagOf: TagOf): MappingNode {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const tag = tagOf(entry);
    const below = entries.get(key);
    if (tag === 'reset') entries.delete(key);
    else if (tag === 'override' || below === undefined || key.startsWith('x-')) entries.set(key, entry);
    else entries.set(key, { keyOffset: entry.keyOffset, value: mergeValue(key, below, entry, tagOf) });
  }
  return { ...over, entries };
}

/** How an entry was tagged, if it was. */
export type TagOf = (entry: Entry) => 'reset' | 'override' | undefined;

function mergeValue(key: string, base: Entry, over: Entry, tagOf: TagOf): Node {
  const [below, above] = [base.value, over.value];
  if (REPLACED.has(key)) return above;
  if (above.kind === 'scalar' && above.value === null) return below;
  if (below.kind === 'mapping' && above.kind === 'mapping') return mergeService(below, above, tagOf);
  if (below.kind === 'scalar' || above.kind === 'scalar') return above;
  return joinLists(key, asList(below), asList(above));
}

/** A mapping where a list may stand too is the list of `KEY=VALUE`. */
function asList(node: SequenceNode | MappingNode): SequenceNode {
  if (node.kind === 'sequence') return node;
  const items = [...node.entries].map(([key, { keyOffset, value }]): Node => {
    const text = value.kind === 'scalar' && value.value !== null ? `${key}=${value.value}` : key;
    return { kind: 'scalar', value: text, offset: keyOffset };
  });
  return { kind: 'sequence', items, offset: node.offset };
}

function joinLists(key: string, base: SequenceNode, over: SequenceNode): SequenceNode {
  const identify = BY_TARGET.has(key) ? targetOf : scalarOf;
  const replaced = new Set(over.items.map(identify));
  const kept = base.items.filter((item) => {
    const identity = identify(item);
    return identity === undefined || !replaced.has(identity);
  });
  return { ...over, items: [...kept, ...over.items] };
}

function scalarOf(node: Node): string | undefined {
  return node.kind === 'scalar' ? String(node.value) : undefined;
}

/** `/data` of `./data:/data:ro`, and of `{ target: /data }`. */
function targetOf(node: Node): string | undefined {
  if (node.kind === 'scalar') {
    const parts = String(node.value).split(':');
    return parts[1] ?? parts[0];
  }
  return node.kind === 'mapping' ? scalarOf(node.entries.get('target')?.value ?? node) : undefined;
}
