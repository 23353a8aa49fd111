import type { FieldPath } from '../core/field-path.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { FileProblem } from './file-problem.ts';
import type { SkippedFile } from './input-files.ts';
import { lineStartsOf, type Position, positionIn } from './line-index.ts';
import type { ApiError, ManifestObject, ObjectSource } from './manifest-set.ts';
import { type Node, offsetOf } from './node.ts';
import { nodesOf } from './nodes-of.ts';
import {
  type ManifestText,
  type ManifestTextOptions,
  type ReadManifestObject,
  readManifestText,
} from './read-manifest-text.ts';

/**
 * What was read of a text, as plain data: JSON holds it, so that one thread can read for another. Where things stand is kept
 * apart, in one list of numbers for many texts: of a small pod it is more than the pod itself.
 */
export interface PackedText {
  readonly objects: readonly PackedObject[];
  /** Undefined where there are none, as in all that follows: JSON leaves it out, and to V8 all are of one shape. */
  readonly problems: readonly FileProblem[] | undefined;
  readonly skipped: readonly SkippedFile[] | undefined;
  /** Which numbers of the list are the starts of its lines. */
  readonly lines: readonly [from: number, to: number];
}

interface PackedObject {
  readonly object: KubeObject;
  /** Its source, but for the file. */
  readonly at: readonly [document: number, line: number];
  readonly apiErrors: readonly ApiError[] | undefined;
  /** From which number of the list on its keys and values stand; undefined where it is not the very data of its document. */
  readonly places: number | undefined;
}

/** Adds to `numbers`. */
export function packText(
  text: string,
  { objects, problems, skipped }: ManifestText,
  numbers: number[],
): PackedText {
  const packed = objects.map((object) => packObject(object, numbers));
  const from = numbers.length;
  if (packed.length > 0) lineStartsOf(text, numbers);
  return {
    objects: packed,
    problems: problems.length > 0 ? problems : undefined,
    skipped: skipped.length > 0 ? skipped : undefined,
    lines: [from, numbers.length],
  };
}

function packObject(
  { object, source, apiErrors, origin }: ReadManifestObject,
  numbers: number[],
): PackedObject {
  const { offsets, value } = origin.document;
  const isWhole = offsets !== undefined && value === object;
  const places = isWhole ? numbers.length : undefined;
  if (isWhole) for (const offset of offsets) numbers.push(offset);
  return {
    object,
    at: [source.document, source.line],
    apiErrors: apiErrors.length > 0 ? apiErrors : undefined,
    places,
  };
}

/** A text that another thread has read; it is only read here where not everything could be packed. */
export interface UnreadText {
  readonly file: string;
  readonly text: () => string;
}

/** What was read, from what was packed of it. */
export function unpackText(
  { objects, problems = [], skipped = [], lines }: PackedText,
  numbers: Uint32Array,
  { file, text }: UnreadText,
  options: ManifestTextOptions,
): ManifestText<ManifestObject> {
  let lineStarts: Uint32Array | undefined;
  let whole: ManifestText | undefined;
  const locateAnew = (index: number, field: FieldPath): Position => {
    whole ??= readManifestText(file, text(), options);
    return whole.objects[index]?.locate(field) ?? { line: 1, column: 1 };
  };
  const unpacked = objects.map(({ object, at, apiErrors = [], places }, index): ManifestObject => {
    const [document, line] = at;
    const source: ObjectSource = { file, document, line };
    if (places === undefined) {
      return { object, source, apiErrors, locate: (field) => locateAnew(index, field) };
    }
    let root: Node | undefined;
    const locate = (field: FieldPath): Position => {
      root ??= nodesOf(object, numbers, places);
      lineStarts ??= numbers.subarray(...lines);
      return positionIn(lineStarts, offsetOf(root, field), options.start?.line);
    };
    return { object, source, apiErrors, locate };
  });
  return { objects: unpacked, problems, skipped };
}
