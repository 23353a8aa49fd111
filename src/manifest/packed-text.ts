import type { FieldPath } from '../core/field-path.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { FileProblem } from './file-problem.ts';
import type { SkippedFile } from './input-files.ts';
import { LineIndex, type Position } from './line-index.ts';
import type { ApiError, ManifestObject, ObjectSource } from './manifest-set.ts';
import { type Node, offsetOf } from './node.ts';
import { nodesOf } from './nodes-of.ts';
import {
  type ManifestText,
  type ManifestTextOptions,
  type ReadManifestObject,
  readManifestText,
} from './read-manifest-text.ts';

/** What was read of a text, as plain data: JSON holds it, so that one thread can read for another. */
export interface PackedText {
  readonly objects: readonly PackedObject[];
  readonly problems: readonly FileProblem[];
  readonly skipped: readonly SkippedFile[];
}

interface PackedObject {
  readonly object: KubeObject;
  readonly source: ObjectSource;
  readonly apiErrors: readonly ApiError[];
  /** Where its keys and values stand; left out where the object is not the very data of its document. */
  readonly offsets?: readonly number[];
}

export function packText({ objects, problems, skipped }: ManifestText): PackedText {
  return { objects: objects.map(packObject), problems, skipped };
}

function packObject({ object, source, apiErrors, origin }: ReadManifestObject): PackedObject {
  const { offsets, value } = origin.document;
  const isWhole = offsets !== undefined && value === object;
  return isWhole ? { object, source, apiErrors, offsets } : { object, source, apiErrors };
}

/** What was read, from what was packed of it. The text is only looked at when somebody asks for a place. */
export function unpackText(
  { objects, problems, skipped }: PackedText,
  file: string,
  text: string,
  options: ManifestTextOptions,
): ManifestText<ManifestObject> {
  const lines = new LineIndex(text, options.start?.line);
  let whole: ManifestText | undefined;
  const locateAnew = (index: number, field: FieldPath): Position => {
    whole ??= readManifestText(file, text, options);
    return whole.objects[index]?.locate(field) ?? { line: 1, column: 1 };
  };
  const unpacked = objects.map(({ object, source, apiErrors, offsets }, index): ManifestObject => {
    if (offsets === undefined) {
      return { object, source, apiErrors, locate: (field) => locateAnew(index, field) };
    }
    let root: Node | undefined;
    const locate = (field: FieldPath): Position => {
      root ??= nodesOf({ value: object, offsets });
      return lines.positionOf(offsetOf(root, field));
    };
    return { object, source, apiErrors, locate };
  });
  return { objects: unpacked, problems, skipped };
}
