import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import { decodeObject, type TypedData } from '../kube/decode-object.ts';
import type { FieldError } from '../kube/field-error.ts';
import type { KubeObject } from '../kube/meta.ts';
import { validateObject } from '../kube/validate-object.ts';
import type { DocumentNode } from './document-node.ts';
import type { DocumentRange } from './document-ranges.ts';
import { MAX_PROBLEMS, offsetOf, type SourceProblem } from './node.ts';
import { isLargerThanRequest, REQUEST_TOO_LARGE } from './too-large.ts';

/** An object and where it was written: below a List or at the top of its document. */
export interface WrittenObject {
  readonly object: KubeObject;
  /** From the document's root to the object. */
  readonly path: FieldPath;
  /** What the API server would refuse it for. */
  readonly errors: readonly FieldError[];
}

export interface ReadObjects {
  readonly objects: readonly WrittenObject[];
  readonly problems: readonly SourceProblem[];
}

/** Of what is shorter nobody needs to count the bytes. */
const LONG_DOCUMENT = 1024 * 1024;

/** The objects of one document: lists flattened, every known kind decoded strictly (`problems`) and validated. */
export function readObjects(document: DocumentNode, { from, to }: DocumentRange): ReadObjects {
  const objects: WrittenObject[] = [];
  const problems: SourceProblem[] = [];
  collect({ data: document.value, path: [] }, undefined, {
    document,
    isLong: to - from > LONG_DOCUMENT,
    objects,
    problems,
  });
  return { objects, problems };
}

interface Collector {
  readonly document: DocumentNode;
  /** The document is long enough to hold an object that is too large. */
  readonly isLong: boolean;
  readonly objects: WrittenObject[];
  readonly problems: SourceProblem[];
}

interface Written<T> {
  readonly data: T;
  readonly path: FieldPath;
}

/** What the items of a typed list may leave out. */
type TypeMeta = Pick<TypedData, 'apiVersion' | 'kind'>;

type Fields = Readonly<Record<string, unknown>>;

function isFields(data: unknown): data is Fields {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function isTyped(data: Fields): data is Fields & TypeMeta {
  return typeof data['apiVersion'] === 'string' && typeof data['kind'] === 'string';
}

function collect({ data, path }: Written<unknown>, listed: TypeMeta | undefined, into: Collector): void {
  if (!isFields(data)) {
    const found = Array.isArray(data) ? 'a list' : JSON.stringify(data)?.slice(0, 60);
    report(into, path, `expected a Kubernetes object, found ${found}`);
    return;
  }
  const type = typeOf({ data, path }, listed, into);
  if (type === undefined) return;
  const items = Object.hasOwn(data, 'items') ? data['items'] : undefined;
  if (type.kind.endsWith('List') && (Array.isArray(items) || type.kind === 'List')) {
    if (Array.isArray(items)) collectItems({ data: items, path: [...path, 'items'] }, type, into);
    return;
  }
  readObject({ data, path }, type, into);
}

function collectItems({ data, path }: Written<readonly unknown[]>, list: TypeMeta, into: Collector): void {
  const itemKind = list.kind.slice(0, -'List'.length);
  const listed = itemKind === '' ? undefined : { apiVersion: list.apiVersion, kind: itemKind };
  for (const [index, item] of data.entries()) collect({ data: item, path: [...path, index] }, listed, into);
}

function typeOf(
  written: Written<Fields>,
  listed: TypeMeta | undefined,
  into: Collector,
): TypeMeta | undefined {
  const apiVersion = typeField(written, 'apiVersion', listed?.apiVersion, into);
  const kind = typeField(written, 'kind', listed?.kind, into);
  return apiVersion === undefined || kind === undefined ? undefined : { apiVersion, kind };
}

function typeField(
  { data, path }: Written<Fields>,
  field: keyof TypeMeta,
  listed: string | undefined,
  into: Collector,
): string | undefined {
  const value = Object.hasOwn(data, field) ? data[field] : listed;
  if (typeof value === 'string' && value !== '') return value;
  const message = value === undefined ? `${field} not set` : `${field} must be a string`;
  report(into, [...path, field], message);
  return undefined;
}

function readObject({ data, path }: Written<Fields>, type: TypeMeta, into: Collector): void {
  if (into.isLong && isLargerThanRequest(data)) {
    report(into, path, REQUEST_TOO_LARGE);
    return;
  }
  const { value, problems } = decodeObject(isTyped(data) ? data : { ...data, ...type });
  for (const problem of problems) {
    report(into, [...path, ...problem.path], problem.message, problem.advice);
  }
  const long = longName(value);
  if (long !== undefined) report(into, [...path, ...long], tooLongName(long));
  // The API server takes no part of an object that it cannot decode, and what the rest would do says nothing.
  else if (problems.length === 0) into.objects.push({ object: value, path, errors: validateObject(value) });
}

/** Every finding of an object names it. No name that the API server takes is nearly as long. */
const MAX_NAME_LENGTH = 1024;

function longName({ apiVersion, kind, metadata }: KubeObject): FieldPath | undefined {
  const { name = '', generateName = '', namespace = '' } = metadata;
  if (apiVersion.length > MAX_NAME_LENGTH) return ['apiVersion'];
  if (kind.length > MAX_NAME_LENGTH) return ['kind'];
  if (name.length > MAX_NAME_LENGTH) return ['metadata', 'name'];
  if (generateName.length > MAX_NAME_LENGTH) return ['metadata', 'generateName'];
  return namespace.length > MAX_NAME_LENGTH ? ['metadata', 'namespace'] : undefined;
}

function tooLongName(path: FieldPath): string {
  return `${formatFieldPath(path)} has more than ${MAX_NAME_LENGTH} characters`;
}

function report({ document, problems }: Collector, path: FieldPath, message: string, advice?: string): void {
  // One more than are told, so that it is known that there are more.
  if (problems.length > MAX_PROBLEMS) return;
  const offset = offsetOf(document.root, path);
  problems.push(advice === undefined ? { offset, message } : { offset, message, advice });
}
