import { type FieldPath, formatFieldPath } from '../../core/field-path.ts';
import { type AnySchema, type Field, shapeOf } from './schema.ts';

/** An unknown field in its surroundings: `path` ends with its name. */
interface UnknownField {
  readonly root: AnySchema;
  /** Where the root stands in the document. */
  readonly prefix: FieldPath;
  readonly siblings: ReadonlyMap<string, Field>;
  readonly path: FieldPath;
}

/** What the author of an unknown field probably meant; undefined when nothing is near. */
export function adviseOnField(unknown: UnknownField): string | undefined {
  const name = String(unknown.path.at(-1));
  const letters = name.toLowerCase();
  const sameLetters = [...unknown.siblings.keys()].find((it) => it.toLowerCase() === letters);
  if (sameLetters !== undefined) return `did you mean "${sameLetters}"?`;
  const home = nearestHome(unknown, name);
  if (home !== undefined) return adviseToMove(unknown.path, name, home);
  const nearest = nearestName(name, [...unknown.siblings.keys()]);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}

function adviseToMove(path: FieldPath, name: string, home: FieldPath): string {
  const target = formatHome(home);
  const verb = name.endsWith('s') ? 'exist' : 'exists';
  if (path.at(-2) === 'securityContext' && home.at(-1) === 'securityContext') {
    const level = isInContainer(home) ? 'containers' : 'pods';
    return `${name} ${verb} only on ${level}: move it to ${target}`;
  }
  return `${name} belongs to ${target === '' ? 'the object itself' : target}: move it there`;
}

function isInContainer(home: FieldPath): boolean {
  return /containers$/i.test(String(home.at(-3)));
}

/** `spec.template.spec.containers[].securityContext` */
function formatHome(home: FieldPath): string {
  let text = '';
  for (const step of home) {
    if (step === ELEMENT) text += '[]';
    else text += `${text === '' ? '' : '.'}${formatFieldPath([step])}`;
  }
  return text;
}

/** Stands for every position of a list. */
const ELEMENT = 0;

interface Candidate {
  readonly home: FieldPath;
  readonly distance: number;
}

/** The object nearest to the unknown field, by steps up and down, that has a field of this name. */
function nearestHome(unknown: UnknownField, name: string): FieldPath | undefined {
  const place = unknown.path
    .slice(unknown.prefix.length, -1)
    .map((it) => (typeof it === 'number' ? ELEMENT : it));
  let best: Candidate | undefined;
  for (const home of homesOf(unknown.root, name)) {
    const distance = stepsBetween(place, home);
    if (best === undefined || distance < best.distance) best = { home, distance };
  }
  return best === undefined ? undefined : [...unknown.prefix, ...best.home];
}

/** Names that stand in so many objects that another home of them says nothing. */
const COMMON_NAMES: ReadonlySet<string> = new Set([
  'name',
  'kind',
  'type',
  'key',
  'value',
  'path',
  'user',
  'items',
  'mode',
  'port',
  'host',
  'status',
  'metadata',
  'spec',
  'namespace',
  'labels',
  'operator',
  'values',
  'optional',
  'options',
  'group',
  'action',
]);

type Homes = ReadonlyMap<string, readonly FieldPath[]>;

const homesOfRoots = new WeakMap<object, Homes>();

/** The objects below `root` that have a field of this name. */
function homesOf(root: AnySchema, name: string): readonly FieldPath[] {
  if (COMMON_NAMES.has(name) || typeof root === 'string') return [];
  let homes = homesOfRoots.get(root);
  if (homes === undefined) {
    homes = indexHomes(root);
    homesOfRoots.set(root, homes);
  }
  return homes.get(name) ?? [];
}

function indexHomes(root: AnySchema): Homes {
  const homes = new Map<string, FieldPath[]>();
  const visit = (schema: AnySchema, path: FieldPath): void => {
    const shape = shapeOf(schema);
    if (shape.kind === 'list') visit(shape.element, [...path, ELEMENT]);
    if (shape.kind !== 'object') return;
    for (const field of shape.fields.values()) {
      const known = homes.get(field.name);
      if (known === undefined) homes.set(field.name, [path]);
      else known.push(path);
      visit(field.schema, [...path, field.name]);
    }
  };
  visit(root, []);
  return homes;
}

/** Regular containers are meant before init and ephemeral ones. */
const DETOUR: Readonly<Record<string, number>> = { initContainers: 1, ephemeralContainers: 1 };

function stepsBetween(from: FieldPath, to: FieldPath): number {
  let shared = 0;
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared += 1;
  const below = to.slice(shared);
  const detours = below.reduce<number>((sum, step) => sum + (DETOUR[String(step)] ?? 0), 0);
  return from.length - shared + below.length + detours;
}

/** The name within an edit distance of one third of its length, at most two. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const limit = Math.min(2, Math.floor(name.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that make `a` into `b`. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
