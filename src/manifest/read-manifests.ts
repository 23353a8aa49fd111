import process from 'node:process';
import { PodproofError } from '../core/errors.ts';
import type { FieldPath } from '../core/field-path.ts';
import { formatFieldError } from '../kube/field-error.ts';
import { type FileProblem, throwProblems } from './file-problem.ts';
import { type InputFile, readInputs } from './input-files.ts';
import { LineIndex, type Position } from './line-index.ts';
import type { ApiError, ManifestObject, ManifestSet } from './manifest-set.ts';
import { offsetOf, type SourceProblem } from './node.ts';
import { objectLookup } from './object-lookup.ts';
import { type DocumentNode, readDocuments } from './read-documents.ts';
import { isForeign, readObjects, type WrittenObject } from './read-objects.ts';

export interface ReadOptions {
  /** The most bytes that one file may have; 64 MiB unless told. */
  readonly maxFileBytes?: number;
  /** Where the input `-` is read from; the process's standard input unless told. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  /**
   * What to do with an object that can be read and that the API server would refuse: `throw` (the default), or `keep`
   * it with its `apiErrors`. What cannot be read always throws.
   */
  readonly refusedObjects?: 'throw' | 'keep';
}

const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * Reads manifests from files, directories and `-` (standard input): YAML and JSON, several documents per file, lists
 * flattened, every known kind decoded strictly and validated as the API server would. Throws one `invalid` error with
 * all problems of all files, each as `FILE:LINE:COLUMN  text`.
 */
export async function readManifests(
  inputs: readonly string[],
  options: ReadOptions = {},
): Promise<ManifestSet> {
  if (inputs.length === 0) throw new PodproofError('usage', 'cannot read manifests: no file was named');
  const { files, skipped } = await readInputs(inputs, {
    maxFileBytes: options.maxFileBytes ?? MAX_FILE_BYTES,
    // Taken only when it is read: opening it costs time and would keep a terminal busy.
    stdin: () => options.stdin ?? process.stdin,
  });
  const read = files.map(readFile);
  const isUnreadable = read.some((it) => it.isUnreadable);
  if (options.refusedObjects !== 'keep' || isUnreadable) {
    const whatFailed = isUnreadable ? 'unreadable' : 'refused';
    throwProblems(
      read.flatMap((it) => it.problems),
      whatFailed,
    );
  }
  const objects = read.flatMap((it) => it.objects);
  return {
    objects,
    skipped: [...skipped, ...read.flatMap((it) => it.skipped)],
    lookup: objectLookup(objects.map((it) => it.object)),
  };
}

export interface ReadFile {
  readonly objects: readonly ManifestObject[];
  /** What could not be read. */
  readonly unread: readonly FileProblem[];
  /** Of both kinds: what could not be read, and what the API server would refuse. */
  readonly problems: readonly FileProblem[];
  /** Some of the problems are of the first kind. */
  readonly isUnreadable: boolean;
  readonly skipped: ManifestSet['skipped'];
}

export function readFile(file: InputFile): ReadFile {
  if ('problem' in file) {
    return unreadable(file.name, file.problem);
  }
  const lines = new LineIndex(file.text);
  const { documents, problems } = readDocuments(file.name, file.text);
  const own = file.explicit ? documents : documents.filter((it) => !isForeign(it.root));
  if (own.length < documents.length && own.length === 0 && problems.length === 0) {
    const skipped = [{ file: file.name, reason: 'no Kubernetes object' }];
    return { objects: [], problems: [], unread: [], isUnreadable: false, skipped };
  }
  const read = own.map((document) => ({ document, ...readObjects(document.root) }));
  const unread = [...problems, ...read.flatMap((it) => it.problems)];
  if (file.explicit && documents.length === 0 && unread.length === 0) {
    return unreadable(file.name, 'no Kubernetes object: the file is empty');
  }
  const refused = read.flatMap(({ objects }) => objects.flatMap(refusals));
  return {
    objects: read.flatMap(({ document, objects }) =>
      objects.map((it) => manifestObject(file.name, document, it, lines)),
    ),
    problems: [...unread, ...refused]
      .toSorted((a, b) => a.offset - b.offset)
      .map((it) => fileProblem(file.name, it, lines)),
    unread: unread.map((it) => fileProblem(file.name, it, lines)),
    isUnreadable: unread.length > 0,
    skipped: [],
  };
}

function unreadable(file: string, message: string): ReadFile {
  const problems = [{ file, message }];
  return { objects: [], problems, unread: problems, isUnreadable: true, skipped: [] };
}

function refusals({ root, errors }: WrittenObject): readonly SourceProblem[] {
  return errors.map((error) => ({
    offset: offsetOf(root, error.at ?? error.path),
    message: formatFieldError(error),
  }));
}

function fileProblem(file: string, problem: SourceProblem, lines: LineIndex): FileProblem {
  const { offset, message, advice } = problem;
  return { file, position: lines.positionOf(offset), message, ...(advice !== undefined && { advice }) };
}

function manifestObject(
  file: string,
  document: DocumentNode,
  written: WrittenObject,
  lines: LineIndex,
): ManifestObject {
  const { object, root, errors } = written;
  const { line } = lines.positionOf(root.offset);
  const locate = (path: FieldPath): Position => lines.positionOf(offsetOf(root, path));
  const apiErrors = errors.map((error): ApiError => {
    const path = error.at ?? error.path;
    return { message: formatFieldError(error), path, position: locate(path) };
  });
  return { object, source: { file, document: document.index, line }, apiErrors, locate };
}
