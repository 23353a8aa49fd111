import type { FieldPath } from '../core/field-path.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { ObjectLookup } from '../kube/references.ts';
import type { SkippedFile } from './input-files.ts';
import type { Position } from './line-index.ts';

/** Where an object was written: the file as the user named it, the document in it (from 0) and its first line. */
export interface ObjectSource {
  readonly file: string;
  readonly document: number;
  readonly line: number;
}

/** Something that the API server would refuse an object for, in its words. */
export interface ApiError {
  readonly message: string;
  /** From the object's root. */
  readonly path: FieldPath;
  readonly position: Position;
}

/** An object, and where it was written. */
export interface ManifestObject {
  /** Decoded for the kinds that podproof knows; for others, the data as it was written. */
  readonly object: KubeObject;
  readonly source: ObjectSource;
  /** Empty unless `readManifests` was told to keep what the API server would refuse. */
  readonly apiErrors: readonly ApiError[];
  /** The place of a field (from the object's root), or of its nearest ancestor that was written. */
  readonly locate: (path: FieldPath) => Position;
}

/** All objects of the inputs, in the order in which they were written. */
export interface ManifestSet {
  readonly objects: readonly ManifestObject[];
  /** What directories contained and was not read, with the reason. */
  readonly skipped: readonly SkippedFile[];
  /** What the pods refer to by name. An object without a namespace is in `default`. */
  readonly lookup: ObjectLookup;
}
