import { isUtf8 } from 'node:buffer';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCodeOf } from '../core/errors.ts';
import { formatBytes } from '../core/units.ts';

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
      files.push(await readStdin(options));
      continue;
    }
    const kind = await kindOf(input);
    if (kind.kind === 'directory') await readDirectory(input, new Set(), { files, skipped, options });
    else if (kind.kind === 'problem') files.push({ name: input, problem: kind.problem });
    else files.push(await readOne(input, true, options));
  }
  return { files, skipped };
}

type FileKind =
  | { readonly kind: 'file' | 'directory' }
  | { readonly kind: 'problem'; readonly problem: string };

async function kindOf(path: string): Promise<FileKind> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return { kind: 'directory' };
    // Named pipes are how shells hand over `<(command)`.
    if (stats.isFile() || stats.isFIFO() || stats.isCharacterDevice()) return { kind: 'file' };
    return { kind: 'problem', problem: stats.isSocket() ? 'it is a socket' : 'it is not a regular file' };
  } catch (error) {
    return { kind: 'problem', problem: reasonOf(error) };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ELOOP: 'too many levels of symbolic links',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
};

function reasonOf(error: unknown): string {
  return REASONS[systemCodeOf(error) ?? ''] ?? messageOf(error);
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
    skip(reasonOf(error));
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
  const file = await readOne(path, false, into.options);
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
    return { kind: 'problem', problem: reasonOf(error) };
  }
}

async function readOne(path: string, explicit: boolean, options: InputOptions): Promise<InputFile> {
  try {
    const { size } = await stat(path);
    if (size > options.maxFileBytes) return { name: path, problem: tooLarge(options) };
    const bytes = await readFile(path);
    return fileOf(path, bytes, explicit, options);
  } catch (error) {
    return { name: path, problem: reasonOf(error) };
  }
}

async function readStdin(options: InputOptions): Promise<InputFile> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of options.stdin()) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > options.maxFileBytes) return { name: STDIN, problem: tooLarge(options) };
    chunks.push(bytes);
  }
  return fileOf(STDIN, Buffer.concat(chunks), true, options);
}

function tooLarge(options: InputOptions): string {
  return `larger than ${formatBytes(options.maxFileBytes)}, the most that is read`;
}

function fileOf(name: string, bytes: Buffer, explicit: boolean, options: InputOptions): InputFile {
  if (bytes.length > options.maxFileBytes) return { name, problem: tooLarge(options) };
  const wrong = encodingProblem(bytes);
  if (wrong !== undefined) return { name, problem: wrong };
  const text = bytes.toString('utf8');
  return { name, text: text.startsWith('\uFEFF') ? text.slice(1) : text, explicit };
}

function encodingProblem(bytes: Buffer): string | undefined {
  if (isUtf8(bytes)) return undefined;
  const mark = bytes.length > 1 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfeff || mark === 0xfffe) return 'not UTF-8: it starts with the byte order mark of UTF-16';
  return `not UTF-8: invalid byte at offset ${invalidOffset(bytes)}`;
}

/** The longest prefix that is UTF-8 ends here. A prefix that ends inside a character is none, so look at its start. */
function invalidOffset(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes, middle)))) low = middle;
    else high = middle - 1;
  }
  return wholeCharacters(bytes, low);
}

/** `end`, moved back before a character that it would cut. */
function wholeCharacters(bytes: Buffer, end: number): number {
  let at = end;
  while (at > 0 && end - at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}
