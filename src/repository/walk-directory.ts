import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileReason } from '../manifest/file-reason.ts';
import { type FileType, typeOfName } from './file-type.ts';
import { KUSTOMIZATION_NAMES, readKustomizationFile } from './kustomization-file.ts';

/** Something that a walk came to. Paths begin with the directory as it was named. */
export type WalkEntry = WalkedFile | WalkedDirectory | SkippedEntry;

/** A file that may be worth reading, by its name. */
export interface WalkedFile {
  readonly kind: 'file';
  readonly path: string;
  readonly type: FileType;
  /** The kustomization above it that names it: it may be a patch, and counts as what is rendered. */
  readonly within?: WalkedDirectory;
}

/** A directory that is to be rendered. It comes before what is in it. */
export interface WalkedDirectory {
  readonly kind: 'directory';
  readonly path: string;
  readonly type: 'chart' | 'kustomization';
}

export interface SkippedEntry {
  readonly kind: 'skipped';
  readonly path: string;
  readonly reason: string;
}

export interface WalkOptions {
  /** The directory out of which symbolic links must not lead; the walked one unless told. */
  readonly tree?: string;
}

/** What nobody writes manifests into, and what can be very large. */
const NOT_ENTERED: readonly string[] = ['.git', 'node_modules'];

/** The file that makes a directory a chart. */
export const CHART_NAME = 'Chart.yaml';
/** What a chart is rendered from: alone it is no manifest. */
const NOT_ENTERED_IN_CHARTS: readonly string[] = ['templates', 'charts'];

/** A kustomization that names more files than this is none that a person wrote. */
const MAX_NAMED = 10_000;

/**
 * Everything below a directory that may be worth reading, sorted by name, found while it is asked for. `.git`,
 * `node_modules` and a chart's `templates` and `charts` are not entered. Links to files are followed as by kubectl, as
 * long as they stay in the tree; links to directories are not. Throws nothing: what cannot be read is skipped.
 */
export function* walkDirectory(directory: string, options: WalkOptions = {}): Generator<WalkEntry> {
  const opened = openDirectory(directory);
  if (opened.kind === 'skipped') {
    yield opened;
    return;
  }
  const tree = realPathOf(options.tree ?? directory);
  const stack: OpenDirectory[] = [opened];
  yield* opened.rendered;
  for (let current = stack.at(-1); current !== undefined; current = stack.at(-1)) {
    const entry = current.entries[current.next];
    current.next += 1;
    if (entry === undefined) {
      stack.pop();
      continue;
    }
    const found = lookAt(entry, current, tree);
    if (found === undefined) continue;
    if (found.kind === 'enter') {
      const inner = openDirectory(found.path);
      if (inner.kind === 'skipped') yield inner;
      else {
        stack.push(inner);
        yield* inner.rendered;
      }
    } else yield found.kind === 'file' ? withNaming(found, stack) : found;
  }
}

/** A directory on the way from the walked one to where the walk is. */
interface OpenDirectory {
  readonly kind: 'open';
  /** What the paths of its entries begin with. */
  readonly prefix: string;
  readonly entries: readonly Dirent[];
  readonly rendered: readonly WalkedDirectory[];
  /** Files that its kustomization names; kustomize takes none from outside of the directory. */
  readonly named: ReadonlySet<string> | undefined;
  /** Position of the next entry. */
  next: number;
}

function openDirectory(path: string): OpenDirectory | SkippedEntry {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    return { kind: 'skipped', path, reason: fileReason(error) };
  }
  const rendered: WalkedDirectory[] = [];
  const has = (names: readonly string[]): boolean =>
    entries.some((entry) => names.includes(entry.name) && !entry.isDirectory());
  if (has([CHART_NAME])) rendered.push({ kind: 'directory', path, type: 'chart' });
  const isKustomization = has(KUSTOMIZATION_NAMES);
  if (isKustomization) rendered.push({ kind: 'directory', path, type: 'kustomization' });
  return {
    kind: 'open',
    prefix: join(path, '_').slice(0, -1),
    entries: entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    rendered,
    named: isKustomization ? namedFiles(path) : undefined,
    next: 0,
  };
}

function namedFiles(directory: string): ReadonlySet<string> {
  const references = readKustomizationFile(directory)?.references.slice(0, MAX_NAMED) ?? [];
  return new Set(references.map(({ text }) => join(directory, text.slice(text.indexOf('=') + 1))));
}

function withNaming(file: WalkedFile, stack: readonly OpenDirectory[]): WalkedFile {
  for (const { named, rendered } of stack) {
    if (named === undefined || !named.has(file.path)) continue;
    const within = rendered.find(({ type }) => type === 'kustomization');
    return within === undefined ? file : { ...file, within };
  }
  return file;
}

interface Enter {
  readonly kind: 'enter';
  readonly path: string;
}

function lookAt(
  entry: Dirent,
  { prefix, rendered }: OpenDirectory,
  tree: string,
): WalkedFile | SkippedEntry | Enter | undefined {
  const { name } = entry;
  const path = prefix + name;
  if (NOT_ENTERED.includes(name) || rendered.some(({ type }) => stands(type, name))) return undefined;
  const type = typeOfName(name);
  if (entry.isFile() && type === undefined) return undefined;
  const skipped = (reason: string): SkippedEntry => ({ kind: 'skipped', path, reason });
  try {
    const kind = kindOf(entry, path);
    if (kind.isDirectory())
      return entry.isSymbolicLink() ? skipped('a link to a directory') : { kind: 'enter', path };
    if (type === undefined) return undefined;
    if (!kind.isFile()) return skipped(describeKind(kind));
    if (entry.isSymbolicLink() && !isWithin(realpathSync(path), tree))
      return skipped('a link out of the tree');
    return { kind: 'file', path, type };
  } catch (error) {
    const isMissing = type === undefined && entry.isSymbolicLink();
    return isMissing
      ? undefined
      : skipped(name.includes('\uFFFD') ? 'its name is not UTF-8' : fileReason(error));
  }
}

/** What a chart or a kustomization stands for in a directory of its kind. */
function stands(type: WalkedDirectory['type'], name: string): boolean {
  if (type === 'kustomization') return KUSTOMIZATION_NAMES.some((it) => it === name);
  return name === CHART_NAME || NOT_ENTERED_IN_CHARTS.includes(name);
}

type EntryKind = Pick<Dirent | Stats, 'isDirectory' | 'isFile' | 'isSocket' | 'isFIFO'>;

/** Of a link, that of its target. Not every file system tells kinds with the names. */
function kindOf(entry: Dirent, path: string): EntryKind {
  if (entry.isSymbolicLink()) return statSync(path);
  const isTold = entry.isFile() || entry.isDirectory() || entry.isSocket() || entry.isFIFO();
  // A name that is not UTF-8 was told wrong: the file is not to be found by it.
  return isTold && !entry.name.includes('\uFFFD') ? entry : lstatSync(path);
}

function describeKind(kind: EntryKind): string {
  if (kind.isSocket()) return 'a socket';
  return kind.isFIFO() ? 'a named pipe' : 'not a regular file';
}

function isWithin(path: string, tree: string): boolean {
  return path === tree || path.startsWith(tree.endsWith(sep) ? tree : `${tree}${sep}`);
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
