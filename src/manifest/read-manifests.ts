import process from 'node:process';
import { PodproofError } from '../core/errors.ts';
import { type FileProblem, throwProblems } from './file-problem.ts';
import { type InputFile, readInputs } from './input-files.ts';
import { LineIndex } from './line-index.ts';
import type { ManifestObject, ManifestSet } from './manifest-set.ts';
import { offsetOf, type SourceProblem } from './node.ts';
import { objectLookup } from './object-lookup.ts';
import { type DocumentNode, readDocuments } from './read-documents.ts';
import { isForeign, readObjects, type WrittenObject } from './read-objects.ts';

export interface ReadOptions {
  /** The most bytes that one file may have; 64 MiB unless told. */
  readonly maxFileBytes?: number;
  /** Where the input `-` is read from; the process's standard input unless told. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
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
  throwProblems(read.flatMap((it) => it.problems));
  const objects = read.flatMap((it) => it.objects);
  return {
    objects,
    skipped: [...skipped, ...read.flatMap((it) => it.skipped)],
    lookup: objectLookup(objects.map((it) => it.object)),
  };
}

interface ReadFile {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly FileProblem[];
  readonly skipped: ManifestSet['skipped'];
}

function readFile(file: InputFile): ReadFile {
  if ('problem' in file) {
    return { objects: [], problems: [{ file: file.name, message: file.problem }], skipped: [] };
  }
  const lines = new LineIndex(file.text);
  const { documents, problems } = readDocuments(file.name, file.text);
  const own = file.explicit ? documents : documents.filter((it) => !isForeign(it.root));
  if (own.length < documents.length && own.length === 0 && problems.length === 0) {
    return { objects: [], problems: [], skipped: [{ file: file.name, reason: 'no Kubernetes object' }] };
  }
  const read = own.map((document) => ({ document, ...readObjects(document.root) }));
  const all = [...problems, ...read.flatMap((it) => it.problems)].toSorted((a, b) => a.offset - b.offset);
  const unread = file.explicit && documents.length === 0 && all.length === 0;
  return {
    objects: read.flatMap(({ document, objects }) =>
      objects.map((it) => manifestObject(file.name, document, it, lines)),
    ),
    problems: unread
      ? [{ file: file.name, message: 'no Kubernetes object: the file is empty' }]
      : all.map((it) => fileProblem(file.name, it, lines)),
    skipped: [],
  };
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
  const { object, root } = written;
  const { line } = lines.positionOf(root.offset);
  return {
    object,
    source: { file, document: document.index, line },
    locate: (path) => lines.positionOf(offsetOf(root, path)),
  };
}
