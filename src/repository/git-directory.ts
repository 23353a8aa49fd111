import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf, PodproofError } from '../core/errors.ts';
import { repositoryRootOf } from './find-check-config.ts';

/** Where a repository lies. Of a linked worktree and of a submodule, `.git` is a file that says where the rest is. */
export interface GitDirectory {
  /** The work tree: the directory with `.git` in it. */
  readonly root: string;
  /** What belongs to this work tree alone: HEAD and the index. */
  readonly own: string;
  /** What all work trees share: objects, references, configuration. */
  readonly common: string;
}

const MAX_POINTER_BYTES = 64 * 1024;

/** The repository that a directory is in. Throws `not-found` when it is in none. */
export function findGitDirectory(directory: string): GitDirectory {
  const root = repositoryRootOf(directory);
  if (root === undefined) {
    throw new PodproofError(
      'not-found',
      `cannot look for changes in "${directory}": it is not in a git repository`,
    );
  }
  try {
    const dotGit = join(root, '.git');
    const own = statSync(dotGit).isDirectory()
      ? dotGit
      : resolve(root, pointerIn(dotGit).replace(/^gitdir: /, ''));
    const commonFile = join(own, 'commondir');
    const common = existsSync(commonFile) ? resolve(own, pointerIn(commonFile)) : own;
    return { root, own, common };
  } catch (error) {
    throw new PodproofError('invalid', `cannot read the git repository "${root}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function pointerIn(file: string): string {
  return smallFile(file).toString('utf8').trim();
}

function smallFile(file: string): Buffer {
  const stats = statSync(file);
  if (!stats.isFile() || stats.size > MAX_POINTER_BYTES) throw new Error(`${file} is not what git writes`);
  return readFileSync(file);
}

/** What a view takes over of the repository's configuration: how files lie on its disk, and how objects are named. */
export type TrustedSettings = Readonly<Record<string, string>>;

/**
 * A git directory of our own that shows the same history, index and ignored files, and has a configuration of our own: in
 * the repository's, every other line can name a program (`core.fsmonitor`, `core.sshCommand`, `filter.*`, `diff.*`), and
 * hooks lie beside it. Nothing is written to the repository. Gives the directory; who made it removes it.
 */
export function makeView({ own, common }: GitDirectory): string {
  const view = mkdtempSync(join(tmpdir(), 'podproof-git-'));
  try {
    for (const name of ['refs', 'packed-refs', 'reftable', 'shallow', 'info'])
      link(join(common, name), view, name);
    for (const name of ['HEAD', 'FETCH_HEAD', 'ORIG_HEAD', 'MERGE_HEAD']) {
      if (existsSync(join(own, name))) writeFileSync(join(view, name), smallFile(join(own, name)));
    }
    copyIndex(own, view);
    return view;
  } catch (error) {
    removeView(view);
    throw new PodproofError('invalid', `cannot read the git directory "${own}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Removes a view; the links in it are not followed. */
export function removeView(view: string): void {
  rmSync(view, { recursive: true, force: true });
}

/** Writes the view's configuration. */
export function configureView(view: string, settings: TrustedSettings): void {
  const lines = Object.entries(settings).map(([key, value]) => {
    const dot = key.indexOf('.');
    return `[${key.slice(0, dot)}]\n\t${key.slice(dot + 1)} = ${value}\n`;
  });
  const isExtended = Object.keys(settings).some((key) => key.startsWith('extensions.'));
  const core = `[core]\n\trepositoryformatversion = ${isExtended ? 1 : 0}\n\tbare = false\n`;
  writeFileSync(join(view, 'config'), core + lines.join(''));
}

function link(target: string, view: string, name: string): void {
  if (existsSync(target)) symlinkSync(target, join(view, name));
}

/** A copy: git refreshes the index that it is given. */
function copyIndex(own: string, view: string): void {
  const index = join(own, 'index');
  if (!existsSync(index)) return;
  const copy = join(view, 'index');
  const seconds = Math.floor(statSync(index).mtimeMs / 1000);
  copyFileSync(index, copy);
  // What was changed in the moment that the index was written in looks unchanged: git compares such files when it sees
  // from the index's own time that they may have been.
  utimesSync(copy, seconds, seconds);
  for (const name of readdirSync(own)) {
    if (/^sharedindex\.[0-9a-f]+$/.test(name)) symlinkSync(join(own, name), join(view, name));
  }
}

/** Whether the history was cut off when it was fetched. */
export function isShallow({ common }: GitDirectory): boolean {
  return existsSync(join(common, 'shallow'));
}

/** Where the objects lie. */
export function objectDirectory({ common }: GitDirectory): string {
  return join(common, 'objects');
}

/** The repository's own configuration, which is data here. */
export function configFileOf({ common }: GitDirectory): string {
  return join(common, 'config');
}
