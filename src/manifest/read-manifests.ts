import process from 'node:process';
import { PodproofError } from '../core/errors.ts';
import { type FileProblem, throwProblems } from './file-problem.ts';
import { type InputFile, readInputs } from './input-files.ts';
import type { ManifestSet } from './manifest-set.ts';
import { objectLookup } from './object-lookup.ts';
import { MAX_FILE_BYTES } from './read-file-text.ts';
import { type ManifestText, readManifestText } from './read-manifest-text.ts';

/** How manifests are read; everything may be left out. */
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
  const isUnreadable = read.some(({ problems }) => problems.length > 0);
  if (options.refusedObjects !== 'keep' || isUnreadable) {
    throwProblems(read.flatMap(allProblems), isUnreadable ? 'unreadable' : 'refused');
  }
  const objects = read.flatMap((it) => it.objects);
  return {
    objects,
    skipped: [...skipped, ...read.flatMap((it) => it.skipped)],
    lookup: objectLookup(objects.map(({ object }) => object)),
  };
}

function readFile(file: InputFile): ManifestText {
  if ('text' in file) return readManifestText(file.name, file.text, file);
  return { objects: [], problems: [{ file: file.name, message: file.problem }], skipped: [] };
}

/** Of both kinds, in the order of the text: what could not be read, and what the API server would refuse. */
function allProblems({ objects, problems }: ManifestText): readonly FileProblem[] {
  const refused = objects.flatMap(({ source, apiErrors }) =>
    apiErrors.map(({ message, position }) => ({ file: source.file, position, message })),
  );
  return [...problems, ...refused].toSorted(byPosition);
}

function byPosition({ position: a }: FileProblem, { position: b }: FileProblem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}
