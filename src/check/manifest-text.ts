import { messageOf, PodproofError } from '../core/errors.ts';
import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import { textOfBytes } from '../manifest/text-of-bytes.ts';

/**
 * A manifest as a program has it: YAML or JSON, as text or as the bytes of a file; an object, as `@kubernetes/client-node`
 * types it or as a program puts it together; or a list of objects. A text may hold several documents, an object may be a `List`.
 */
export type Manifest = string | Uint8Array | object | readonly object[];

/** Its text, or why it has none. */
export type ManifestSource = { readonly text: string } | { readonly problem: string };

/** What a manifest that is no file is called in a report. */
export const MANIFEST_NAME = 'manifest';

/** As deep as manifests are read. */
const MAX_DEPTH = 500;
/** A value with more mistakes than this has one that was made often. */
const MAX_PROBLEMS = 20;

/**
 * The manifest as text. An object is written as the JSON that a client would send: members that are undefined are left out,
 * a Date is text. Throws `usage`, with the place, for what JSON would drop or change in silence: a function, a Map, NaN.
 */
export function manifestText(manifest: Manifest): ManifestSource {
  if (typeof manifest === 'string') {
    return manifest.trim() === ''
      ? { problem: 'no Kubernetes object: the text is empty' }
      : { text: manifest };
  }
  if (isBytes(manifest)) {
    return textOfBytes(Buffer.from(manifest.buffer, manifest.byteOffset, manifest.byteLength));
  }
  if (!Array.isArray(manifest)) return { text: jsonOf(manifest) };
  if (manifest.length === 0) return { problem: 'no Kubernetes object: the list is empty' };
  return { text: jsonLines(manifest) };
}

/** An object a line, so that a line says which. */
function jsonLines(objects: readonly unknown[]): string {
  const problems = objects.flatMap((object, index) => objectProblems(object, [index]));
  if (problems.length > 0) throw unusable(problems);
  return objects.map(stringify).join('\n');
}

function jsonOf(manifest: unknown): string {
  const problems = objectProblems(manifest, []);
  if (problems.length > 0) throw unusable(problems);
  return stringify(manifest);
}

/** An object's own toJSON may answer with anything, and throw. */
function stringify(value: unknown): string {
  try {
    const json: string | undefined = JSON.stringify(value);
    return json ?? 'null';
  } catch (error) {
    throw new PodproofError('usage', `cannot check the manifest: ${messageOf(error)}`, { cause: error });
  }
}

/** From another realm, as in Jest, the bytes are no instance of our own class. */
function isBytes(value: unknown): value is Uint8Array {
  return tagOf(value) === 'Uint8Array';
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

interface ValueProblem {
  readonly path: FieldPath;
  readonly message: string;
}

function unusable(problems: readonly ValueProblem[]): PodproofError {
  const lines = problems.map(({ path, message }) =>
    path.length === 0
      ? `expected text, an object or a list of objects, found ${message}`
      : `"${formatFieldPath(path)}" is ${message}`,
  );
  const [first = '', ...more] = lines;
  const rest = more.length === 0 ? '' : `, and ${more.length} more`;
  return new PodproofError('usage', `cannot check the manifest: ${first}${rest}`, { problems: lines });
}

function objectProblems(value: unknown, path: FieldPath): readonly ValueProblem[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return jsonProblems(value, path);
  if (path.length === 0) return [{ path, message: describe(value) }];
  const isText = typeof value === 'string';
  const found = Array.isArray(value)
    ? 'a list'
    : isText
      ? 'text: join texts with "\\n---\\n"'
      : describe(value);
  return [{ path, message: found }];
}

/** Everything in a value that JSON would drop or change in silence, or that it has no form for. */
function jsonProblems(root: unknown, at: FieldPath): readonly ValueProblem[] {
  const problems: ValueProblem[] = [];
  const around = new Map<unknown, FieldPath>();
  const look = (value: unknown, path: FieldPath): void => {
    if (problems.length >= MAX_PROBLEMS) return;
    const problem = valueProblem(value, path, around);
    if (problem !== undefined) {
      problems.push({ path, message: problem });
      return;
    }
    if (typeof value !== 'object' || value === null || hasJson(value)) return;
    around.set(value, path);
    // What is undefined in a list would become null; as a member it is as good as not there.
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) look(item, [...path, index]);
    } else {
      for (const [key, member] of Object.entries(value))
        if (member !== undefined) look(member, [...path, key]);
    }
    around.delete(value);
  };
  look(root, at);
  return problems;
}

function valueProblem(
  value: unknown,
  path: FieldPath,
  around: ReadonlyMap<unknown, FieldPath>,
): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== 'object') return describe(value);
  const seen = around.get(value);
  if (seen !== undefined)
    return `the object ${seen.length === 0 ? '' : `"${formatFieldPath(seen)}" `}that it is in`;
  if (path.length > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`;
  if ('toJson' in value && typeof value.toJson === 'function') {
    return `${describe(value)}: check what its toJson() returns`;
  }
  if (hasJson(value)) return undefined;
  const tag = tagOf(value);
  if (tag === 'Object' || tag === 'Array') return undefined;
  return describe(value);
}

/** Dates, and whatever else knows its own JSON. */
function hasJson(value: object): boolean {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'object') {
    const tag = tagOf(value);
    const kind = tag === 'Object' ? className(value) : tag;
    return kind === 'Promise' ? 'a Promise: await it' : `a ${kind}`;
  }
  return typeof value === 'bigint' ? 'a BigInt' : `a ${typeof value}`;
}

function className(value: object): string {
  const maker: unknown = 'constructor' in value ? value.constructor : undefined;
  return typeof maker === 'function' && maker.name !== '' ? maker.name : 'Object';
}
