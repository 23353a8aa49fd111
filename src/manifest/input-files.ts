import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileReason } from './file-reason.ts';
import { readFileText, tooLarge } from './read-file-text.ts';
import { textOfBytes } from './text-of-bytes.ts';

/** A file's text, or why it has none. `name` is what the user wrote, or the path below a directory that they wrote. */
export type InputFile =
  | { readonly name: string; readonly text: string; readonly explicit: boolean }
  | { readonly name: string; readonly problem: string };

/** Something in a directory that was not read, and why. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

export interface InputFiles {
  readonly files: readonly InputFile[];
  readonly skipped: readonly SkippedFile[];
}

export interface InputOptions {
  /** The most bytes that one file may have. */
  readonly maxFileBytes: number;
  /** Where `-` is read from. */
  readonly stdin: () => AsyncIterable<Uint8Array | string>;
}

const MANIFEST_NAME = /\.(?:ya?ml|json)$/;
const STDIN = '-';

/**
 * Reads files, directories (below them `*.yaml`, `*.yml` and `*.json`, in the order of their names) and standard input.
 * What the user named must be readable; what a directory happens to contain is skipped with the reason.
 */
export async function readInputs(inputs: readonly string[], options: InputOptions): Promise<InputFiles> {
  const files: InputFile[] = [];
  const skipped: SkippedFile[] = [];
  for (const input of inputs) {
    if (input === STDIN) {
      files.push(await readStream(STDIN, options.stdin(), options));
      continue;
    }
    const kind = await kindOf(input);
    if (kind.kind === 'directory') await readDirectory(input, new Set(), { files, skipped, options });
    else if (kind.kind === 'problem') files.push({ name: input, problem: kind.problem });
    else if (kind.kind === 'stream') files.push(await readStream(input, createReadStream(input), options));
    else files.push(readOne(input, true, options));
  }
  return { files, skipped };
}

type FileKind =
  | { readonly kind: 'file' | 'directory' | 'stream' }
  | { readonly kind: 'problem'; readonly problem: string };

async function kindOf(path: string): Promise<FileKind> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return { kind: 'directory' };
    if (stats.isFile()) return { kind: 'file' };
    // Pipes are how shells hand over `<(command)`. A signal must end the waiting for one.
    if (stats.isFIFO() || stats.isCharacterDevice()) return { kind: 'stream' };
    return { kind: 'problem', problem: stats.isSocket() ? 'it is a socket' : 'it is not a regular file' };
  } catch (error) {
    return { kind: 'problem', problem: fileReason(error) };
  }
}

interface Collector {
  readonly files: InputFile[];
  readonly skipped: SkippedFile[];
  readonly options: InputOptions;
}

async function readDirectory(path: string, above: ReadonlySet<string>, into: Collector): Promise<void> {
  const skip = (reason: string): void => void into.skipped.push({ file: path, reason });
  let names: string[];
  let real: string;
  try {
    real = await realpath(path);
    if (above.has(real)) {
      skip('a symbolic link to a directory above it');
      return;
    }
    names = await readdir(path);
  } catch (error) {
    skip(fileReason(error));
    return;
  }
  const inside = new Set([...above, real]);
  for (const name of names.toSorted()) await readEntry(join(path, name), inside, into);
}

async function readEntry(path: string, above: ReadonlySet<string>, into: Collector): Promise<void> {
  const kind = await entryKindOf(path);
  if (kind.kind === 'directory') {
    await readDirectory(path, above, into);
    return;
  }
  if (!MANIFEST_NAME.test(path)) return;
  if (kind.kind === 'problem') {
    into.skipped.push({ file: path, reason: kind.problem });
    return;
  }
  const file = readOne(path, false, into.options);
  if ('text' in file || file.problem.startsWith('not UTF-8') || file.problem.startsWith('larger'))
    into.files.push(file);
  else into.skipped.push({ file: path, reason: file.problem });
}

/** In a directory nothing that could block is opened: a pipe there is nobody's input. */
async function entryKindOf(path: string): Promise<FileKind> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return { kind: 'directory' };
    return stats.isFile() ? { kind: 'file' } : { kind: 'problem', problem: 'not a regular file' };
  } catch (error) {
    return { kind: 'problem', problem: fileReason(error) };
  }
}

function readOne(name: string, explicit: boolean, { maxFileBytes }: InputOptions): InputFile {
  return { name, explicit, ...readFileText(name, { explicit, maxFileBytes }) };
}

async function readStream(
  name: string,
  stream: AsyncIterable<Uint8Array | string>,
  { maxFileBytes }: InputOptions,
): Promise<InputFile> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > maxFileBytes) return { name, problem: tooLarge(maxFileBytes) };
      chunks.push(bytes);
    }
  } catch (error) {
    return { name, problem: fileReason(error) };
  }
  return { name, explicit: true, ...textOfBytes(Buffer.concat(chunks)) };
}
