import type { FileProblem } from './file-problem.ts';
import type { SkippedFile } from './input-files.ts';
import type { ManifestObject } from './manifest-set.ts';
import { readFile } from './read-manifests.ts';
import type { TextStart } from './stretches-of.ts';

export interface ManifestTextOptions {
  /** The user named the file: what holds no Kubernetes object is a problem, not something to skip. */
  readonly explicit: boolean;
  /** For a stretch of a large file: what of the file lies before it. */
  readonly start?: TextStart;
  /** More documents than this are refused; 100,000 unless told. */
  readonly maxDocuments?: number;
}

export interface ManifestText {
  /** Also those of a file in which other documents could not be read, or in which a field could not. */
  readonly objects: readonly ManifestObject[];
  /** What could not be read. What the API server would refuse is with the objects. */
  readonly problems: readonly FileProblem[];
  readonly skipped: readonly SkippedFile[];
}

/** The objects of a text: YAML or JSON, several documents, lists flattened, known kinds decoded strictly and validated. */
export function readManifestText(file: string, text: string, options: ManifestTextOptions): ManifestText {
  const { objects, unread, skipped } = readFile({ name: file, text, explicit: options.explicit });
  return { objects, problems: unread, skipped };
}
