import type { FieldPath } from '../core/field-path.ts';
import { decodeObject } from '../kube/decode-object.ts';
import type { FieldError } from '../kube/field-error.ts';
import type { KubeObject } from '../kube/meta.ts';
import { validateObject } from '../kube/validate-object.ts';
import { type MappingNode, type Node, nodeAt, offsetOf, type SourceProblem, valueOf } from './node.ts';

/** An object and where it was written: below a List or at the top of its document. */
export interface WrittenObject {
  readonly object: KubeObject;
  readonly root: Node;
  /** What the API server would refuse it for. */
  readonly errors: readonly FieldError[];
}

export interface ReadObjects {
  readonly objects: readonly WrittenObject[];
  readonly problems: readonly SourceProblem[];
}

/** Whether the document is no Kubernetes object at all: it has neither `apiVersion` nor `kind`. */
export function isForeign(root: Node): boolean {
  return nodeAt(root, ['apiVersion']) === undefined && nodeAt(root, ['kind']) === undefined;
}

/** The objects of one document: lists flattened, every known kind decoded strictly (`problems`) and validated. */
export function readObjects(root: Node): ReadObjects {
  const objects: WrittenObject[] = [];
  const problems: SourceProblem[] = [];
  collect(root, undefined, { objects, problems });
  return { objects, problems };
}

interface Collector {
  readonly objects: WrittenObject[];
  readonly problems: SourceProblem[];
}

/** What the items of a typed list may leave out. */
interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

function collect(root: Node, listed: TypeMeta | undefined, into: Collector): void {
  if (root.kind !== 'mapping') {
    const found = root.kind === 'sequence' ? 'a list' : JSON.stringify(root.value)?.slice(0, 60);
    into.problems.push({ offset: root.offset, message: `expected a Kubernetes object, found ${found}` });
    return;
  }
  const type = typeOf(root, listed, into);
  if (type === undefined) return;
  const items = nodeAt(root, ['items']);
  if (type.kind.endsWith('List') && (items?.kind === 'sequence' || type.kind === 'List')) {
    collectItems(items, type, into);
    return;
  }
  into.objects.push(readObject(root, type, into));
}

function collectItems(items: Node | undefined, list: TypeMeta, into: Collector): void {
  if (items?.kind !== 'sequence') return;
  const itemKind = list.kind.slice(0, -'List'.length);
  const listed = itemKind === '' ? undefined : { apiVersion: list.apiVersion, kind: itemKind };
  for (const item of items.items) collect(item, listed, into);
}

function typeOf(root: MappingNode, listed: TypeMeta | undefined, into: Collector): TypeMeta | undefined {
  const apiVersion = typeField(root, 'apiVersion', listed?.apiVersion, into);
  const kind = typeField(root, 'kind', listed?.kind, into);
  return apiVersion === undefined || kind === undefined ? undefined : { apiVersion, kind };
}

function typeField(
  root: MappingNode,
  field: keyof TypeMeta,
  listed: string | undefined,
  into: Collector,
): string | undefined {
  const entry = root.entries.get(field);
  const value = entry === undefined ? listed : valueOf(entry.value);
  if (typeof value === 'string' && value !== '') return value;
  const offset = entry?.keyOffset ?? root.offset;
  into.problems.push({
    offset,
    message: value === undefined ? `${field} not set` : `${field} must be a string`,
  });
  return undefined;
}

function readObject(root: MappingNode, type: TypeMeta, into: Collector): WrittenObject {
  const report = (path: FieldPath, message: string, advice?: string): void => {
    const offset = offsetOf(root, path);
    into.problems.push(advice === undefined ? { offset, message } : { offset, message, advice });
  };
  const data: unknown = valueOf(root);
  const { value, problems } = decodeObject(typeof data === 'object' ? { ...data, ...type } : type);
  for (const problem of problems) report(problem.path, problem.message, problem.advice);
  // What could not be decoded would be reported a second time, as missing.
  return { object: value, root, errors: problems.length === 0 ? validateObject(value) : [] };
}
