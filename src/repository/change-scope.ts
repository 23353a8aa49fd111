import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { visibleLine } from '../core/visible-text.ts';
import { nodeAt } from '../manifest/node.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import type { ChangedFiles } from './changed-files.ts';
import { type FileType, fileTypeOf } from './file-type.ts';
import { isWithin } from './paths-within.ts';
import { renderingSources } from './rendering-sources.ts';

/** What is to be checked again after a change. */
export interface ChangeScope {
  /** Why everything is to be checked, as one line for people; undefined when only what changed is. */
  readonly everything?: string;
  /** How many files changed, and the commit that was compared with. */
  readonly count: number;
  readonly mergeBase: string;
  /**
   * Whether a file, or anything that a chart, a kustomization or a Compose file is made of, changed. What is not there,
   * or not in the repository, counts as changed: nobody knows.
   */
  readonly isChanged: (path: string, type: FileType | 'chart' | 'kustomization') => boolean;
}

export interface ScopeOptions {
  /**
   * Files and directories on which every verdict depends: podproof.yaml, its baseline, the cluster's configuration, the
   * Dockerfiles of configured images, values of charts. Of those outside of the repository nobody knows whether they
   * changed: they are taken as they are.
   */
  readonly settings: readonly string[];
}

/**
 * What depends on a change. When a setting changed, or a Namespace or ServiceAccount (before or now: its labels decide
 * about workloads of other files), everything is to be checked.
 */
export function changeScope(changed: ChangedFiles, { settings }: ScopeOptions): ChangeScope {
  const changes = new Changes(changed);
  const setting = settings.find((path) => changes.touchesOwn(realPathOf(path)));
  const everything = setting === undefined ? aboutSurroundings(changed) : `"${visibleLine(setting)}" changed`;
  return {
    ...(everything !== undefined && { everything }),
    count: changed.files.length + changed.deleted.length + changed.directories.length,
    mergeBase: changed.mergeBase,
    isChanged: (path, type) => {
      if (everything !== undefined || path === '-') return true;
      const file = resolve(path);
      if (type === 'chart' || type === 'kustomization') {
        const sources = renderingSources(file, type);
        return sources === undefined || sources.some((source) => changes.touches(source));
      }
      return changes.hasFile(file) || (type === 'compose' && changes.touchesNeighbours(file));
    },
  };
}

/** The changes as absolute paths, ready for look-ups. */
class Changes {
  readonly #root: string;
  readonly #files: ReadonlySet<string>;
  /** The directories of changed files, and those above them up to the root. */
  readonly #above: ReadonlySet<string>;
  readonly #directories: readonly string[];
  /** Files come directory by directory: the real path of the last one is remembered. */
  #lastDirectory: { readonly path: string; readonly real: string } | undefined;

  constructor({ root, files, deleted, directories }: ChangedFiles) {
    this.#root = realPathOf(root);
    const absolute = (path: string): string => join(this.#root, path);
    this.#files = new Set([...files, ...deleted].map(absolute));
    this.#directories = directories.map(absolute);
    this.#above = new Set(
      [...this.#files, ...this.#directories].flatMap((path) => ancestors(path, this.#root)),
    );
  }

  /** Whether the file, or what it is a link to, changed. */
  hasFile(path: string): boolean {
    const place = join(this.#realDirectory(dirname(path)), basename(path));
    if (!isWithin(place, this.#root)) return true;
    if (this.#isIn(place)) return true;
    try {
      return lstatSync(place).isSymbolicLink() && this.hasFile(realpathSync(place));
    } catch {
      return true;
    }
  }

  /** Whether a file, or anything below a directory, changed or is not in the repository. */
  touches(real: string): boolean {
    return !isWithin(real, this.#root) || this.touchesOwn(real);
  }

  /** The same, without what is not in the repository. */
  touchesOwn(real: string): boolean {
    return this.#above.has(real) || this.#isIn(real);
  }

  /** For a Compose file: it takes in `.env`, and other Compose files and files of variables. */
  touchesNeighbours(file: string): boolean {
    const directory = this.#realDirectory(dirname(file));
    return [...this.#files].some((path) => {
      const isEnvironment = /\.env$|^\.env/.test(basename(path));
      return isWithin(path, directory) && (isEnvironment || fileTypeOf(path) !== undefined);
    });
  }

  #isIn(path: string): boolean {
    return this.#files.has(path) || this.#directories.some((directory) => isWithin(path, directory));
  }

  #realDirectory(path: string): string {
    if (this.#lastDirectory?.path !== path) this.#lastDirectory = { path, real: realPathOf(path) };
    return this.#lastDirectory.real;
  }
}

/** The directories above a path, up to the root. */
function ancestors(path: string, root: string): readonly string[] {
  const found: string[] = [];
  for (let at = dirname(path); isWithin(at, root); at = dirname(at)) {
    found.push(at);
    if (at === dirname(at)) break;
  }
  return found;
}

const MANIFEST_NAME = /\.(?:ya?ml|json)$/;
/** What a document that holds one of the two kinds must contain; the escape of a letter counts as one. */
const MAY_BE_SURROUNDINGS = /Namespace|ServiceAccount|\\[xuU]/;
/** For templates, which are no YAML. */
const LOOKS_LIKE_SURROUNDINGS = /^[ \t-]*kind: *(?:Namespace|ServiceAccount)\b/m;
const SURROUNDINGS: readonly unknown[] = ['Namespace', 'ServiceAccount'];
const MAX_FILE_BYTES = 4 * 1024 * 1024;

function aboutSurroundings({ root, files, before }: ChangedFiles): string | undefined {
  const now = files.find((path) => {
    if (!MANIFEST_NAME.test(path)) return false;
    const read = readFileText(join(root, path), { explicit: false, maxFileBytes: MAX_FILE_BYTES });
    // What cannot be read is told when it is checked; what is too large may hold anything.
    return 'text' in read ? holdsSurroundings(read.text) : read.problem.startsWith('larger');
  });
  if (now !== undefined) return `"${visibleLine(now)}" changed: it holds a Namespace or a ServiceAccount`;
  const wasThere = before.some((text) => text === undefined || holdsSurroundings(text));
  return wasThere ? 'a Namespace or a ServiceAccount changed or is gone' : undefined;
}

function holdsSurroundings(text: string): boolean {
  if (!MAY_BE_SURROUNDINGS.test(text)) return false;
  const { documents, problems } = readDocuments('manifest.yaml', text);
  if (problems.length > 0 && LOOKS_LIKE_SURROUNDINGS.test(text)) return true;
  return documents.some(({ root }) => {
    const items = nodeAt(root, ['items']);
    const objects = items?.kind === 'sequence' ? [root, ...items.items] : [root];
    return objects.some((object) => {
      const kind = nodeAt(object, ['kind']);
      return kind?.kind === 'scalar' && SURROUNDINGS.includes(kind.value);
    });
  });
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
