import type { FieldPath } from './field-path.ts';
import { keysOf, type Treatment, type Treatments, treatmentIn, type Where } from './treatment.ts';

/** What is not carried out: a treatment that says why. */
export type Untreated = Exclude<Treatment<unknown>, { readonly how: 'carried-out' }>;

/**
 * What becomes of the fields of a type, and of what lies below them: only those that something is to be said about, so
 * that an object is read by the few keys that it has and not by the many that it could have.
 */
export type FieldTree = ReadonlyMap<string, FieldNode>;

interface FieldNode {
  readonly treatments: readonly Untreated[];
  /** Of the value, or of its elements where it is a list. */
  readonly below: FieldTree | undefined;
}

/** The tree of one type, where pods run at that place. Tables that concern the same field all count, in their order. */
export function fieldTree<T>(
  where: Where,
  tables: readonly Treatments<T>[],
  below: { readonly [Field in keyof T]?: FieldTree } = {},
): FieldTree {
  const tree = new Map<string, FieldNode>();
  for (const field of new Set([...tables.flatMap(keysOf), ...fieldsOf(below)])) {
    const treatments = tables.flatMap((table) => untreatedIn(table, field, where));
    if (treatments.length > 0 || below[field] !== undefined)
      tree.set(field, { treatments, below: below[field] });
  }
  return tree;
}

function fieldsOf<T>(below: { readonly [Field in keyof T]?: FieldTree }): readonly (keyof T & string)[] {
  return Object.keys(below).filter((key): key is keyof T & string => key in below);
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- Field ties the condition to its own value
function untreatedIn<T, Field extends keyof T & string>(
  table: Treatments<T>,
  field: Field,
  where: Where,
): readonly Untreated[] {
  if (!(field in table)) return [];
  const treatment = treatmentIn<NonNullable<T[Field]>>(table[field], where);
  if (treatment.how === 'carried-out') return [];
  const { when, ...rest } = treatment;
  if (when === undefined) return [rest];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tree is walked beside an object of its type
  return [{ ...rest, when: (value) => when(value as NonNullable<T[Field]>) }];
}

/** A field that an object uses and that is not carried out. */
export interface UntreatedField {
  readonly path: FieldPath;
  readonly treatment: Untreated;
}

/** Those of an object at that path, in the order of its own keys. A list without elements asks for nothing. */
export function untreatedFields(object: object, tree: FieldTree, path: FieldPath): readonly UntreatedField[] {
  const found: UntreatedField[] = [];
  walk(object, tree, [...path], found);
  return found;
}

/** `path` is where `object` stands; it is the same list all along, and as it was when this returns. */
function walk(object: object, tree: FieldTree, path: (string | number)[], found: UntreatedField[]): void {
  for (const field of Object.keys(object)) {
    const node = tree.get(field);
    if (node === undefined) continue;
    const value: unknown = Reflect.get(object, field);
    if (value === undefined || value === null) continue;
    path.push(field);
    if (!Array.isArray(value)) {
      tell(value, node, path, found);
      if (node.below !== undefined && typeof value === 'object') walk(value, node.below, path, found);
    } else if (value.length > 0) {
      tell(value, node, path, found);
      if (node.below !== undefined) walkElements(value, node.below, path, found);
    }
    path.pop();
  }
}

function walkElements(
  values: readonly unknown[],
  tree: FieldTree,
  path: (string | number)[],
  found: UntreatedField[],
): void {
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'object' || value === null) continue;
    path.push(index);
    walk(value, tree, path, found);
    path.pop();
  }
}

function tell(value: unknown, { treatments }: FieldNode, path: FieldPath, found: UntreatedField[]): void {
  for (const treatment of treatments)
    if (treatment.when === undefined || treatment.when(value)) found.push({ path: [...path], treatment });
}
