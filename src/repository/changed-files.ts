import { PodproofError } from '../core/errors.ts';
import { type GitDirectory, isShallow } from './git-directory.ts';
import { type Git, type GitOptions, openGit } from './git-program.ts';

/** What changed in a repository. Paths are relative to its root, with `/`. */
export interface ChangedFiles {
  /** The work tree's directory. */
  readonly root: string;
  /** The commit that the work tree was compared with; before the first one, a tree without files. */
  readonly mergeBase: string;
  /** Files that are there: new, changed, not committed yet, not even added. */
  readonly files: readonly string[];
  /** Files that were there. */
  readonly deleted: readonly string[];
  /** Submodules at another commit, and repositories in the work tree that are not part of it: all of what is in them. */
  readonly directories: readonly string[];
  /** What the changed and deleted manifests among them held before, and what could not be had of it. */
  readonly before: readonly (string | undefined)[];
}

/**
 * The files that differ between the work tree of `directory` and the point at which its branch left `ref`, with those that
 * are not added yet; what `.gitignore` leaves out is left out. Throws `usage` for a reference that is none, `not-found`
 * without a repository, `invalid` when there is no common history, `unsupported` without git.
 */
export async function changedFiles(
  ref: string,
  directory: string,
  options: GitOptions,
): Promise<ChangedFiles> {
  requireRef(ref);
  const git = await openGit(directory, options);
  try {
    const mergeBase = await mergeBaseWith(git, ref);
    const differences = parseRawDiff(
      await git.read([
        'diff',
        '--raw',
        '-z',
        '--no-abbrev',
        '--no-renames',
        '--no-ext-diff',
        '--no-textconv',
        '--no-color',
        '--ignore-submodules=dirty',
        mergeBase,
        '--',
      ]),
    );
    const untracked = namesIn(await git.read(['ls-files', '--others', '--exclude-standard', '-z']));
    const modules = differences.filter(({ isSubmodule }) => isSubmodule);
    const files = differences.filter(({ isSubmodule }) => !isSubmodule);
    return {
      root: git.directory.root,
      mergeBase,
      files: [
        ...files.filter(({ status }) => status !== 'D').map(({ path }) => path),
        ...untracked.filter((path) => !isDirectory(path)),
      ],
      deleted: files.filter(({ status }) => status === 'D').map(({ path }) => path),
      directories: [
        ...modules.map(({ path }) => path),
        ...untracked.filter(isDirectory).map((path) => path.replace(/\/+$/, '')),
      ],
      before: await readBefore(git, files),
    };
  } finally {
    git.close();
  }
}

/** How git names a repository in the work tree that is not part of it. */
function isDirectory(path: string): boolean {
  return path.endsWith('/');
}

/** A revision never begins with a dash; git would take it for an option. */
function requireRef(ref: string): void {
  // eslint-disable-next-line no-control-regex -- controls are what it is about
  if (ref !== '' && !ref.startsWith('-') && !/[\0-\x1f\x7f]/.test(ref)) return;
  throw new PodproofError(
    'usage',
    `option "--changed" cannot be ${JSON.stringify(ref)}: it is no git reference`,
    {
      advice: 'name a branch, a tag or a commit: --changed origin/main',
    },
  );
}

async function mergeBaseWith(git: Git, ref: string): Promise<string> {
  const head = await commitOf(git, 'HEAD');
  // Before the first commit everything is new.
  if (head === undefined && ref === 'HEAD') return await emptyTree(git);
  if (head === undefined) {
    throw new PodproofError(
      'invalid',
      `cannot look for changes in "${git.directory.root}": it has no commit yet`,
    );
  }
  const target = await commitOf(git, ref);
  if (target === undefined) throw unknownRef(git.directory, ref);
  const result = await git.run(['merge-base', target, head]);
  const mergeBase = result.ok ? result.output.toString('utf8').trim() : '';
  if (mergeBase !== '') return mergeBase;
  throw noCommonHistory(git.directory, ref, result.ok || result.exitCode === 1 ? '' : result.message);
}

async function emptyTree(git: Git): Promise<string> {
  const output = await git.read(['hash-object', '-t', 'tree', '--stdin'], '');
  return output.toString('utf8').trim();
}

async function commitOf(git: Git, ref: string): Promise<string | undefined> {
  const result = await git.run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`, '--']);
  const commit = result.ok ? result.output.toString('utf8').trim().split('\n')[0] : undefined;
  return commit !== undefined && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
}

const FULL_HISTORY = 'git fetch --unshallow; in GitHub Actions: actions/checkout with fetch-depth: 0';

function unknownRef(directory: GitDirectory, ref: string): PodproofError {
  const [remote, ...branch] = ref.split('/');
  const fetch = branch.length === 0 ? `git fetch origin ${ref}` : `git fetch ${remote} ${branch.join('/')}`;
  const advice = isShallow(directory)
    ? `the history was fetched in part: ${FULL_HISTORY}`
    : `fetch it: ${fetch}`;
  return new PodproofError(
    'usage',
    `option "--changed": there is no commit "${ref}" in "${directory.root}"`,
    {
      advice,
    },
  );
}

function noCommonHistory(directory: GitDirectory, ref: string, said: string): PodproofError {
  const found = said === '' ? 'they have no common history here' : said;
  const message = `cannot tell what changed since "${ref}" in "${directory.root}": ${found}`;
  return isShallow(directory)
    ? new PodproofError('invalid', message, { advice: `the history was fetched in part: ${FULL_HISTORY}` })
    : new PodproofError('invalid', message);
}

interface Difference {
  readonly path: string;
  /** `A`, `M`, `D`, `T`, `U`. */
  readonly status: string;
  /** The object before, all zeros for a new file. */
  readonly before: string;
  readonly isSubmodule: boolean;
}

const SUBMODULE_MODE = '160000';

/** `:100644 100644 BEFORE AFTER M`, a zero byte, the path, a zero byte. */
function parseRawDiff(output: Buffer): readonly Difference[] {
  const fields = namesIn(output);
  const differences = new Map<string, Difference>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [modeBefore, modeAfter, before = '', , status = ''] = (fields[at] ?? '').slice(1).split(' ');
    const path = fields[at + 1] ?? '';
    const isSubmodule = modeBefore === SUBMODULE_MODE || modeAfter === SUBMODULE_MODE;
    // Of a file with a conflict git tells more than once.
    if (!differences.has(path))
      differences.set(path, { path, status: status.charAt(0), before, isSubmodule });
  }
  return [...differences.values()];
}

function namesIn(output: Buffer): readonly string[] {
  const names = output.toString('utf8').split('\0');
  return names.at(-1) === '' ? names.slice(0, -1) : names;
}

const MANIFEST_NAME = /\.(?:ya?ml|json)$/;
const MAX_BEFORE_BYTES = 4 * 1024 * 1024;
const MAX_BEFORE_TOTAL_BYTES = 64 * 1024 * 1024;

/** What manifests held before; undefined for one that is too large, or that a partial clone does not have. */
async function readBefore(
  git: Git,
  differences: readonly Difference[],
): Promise<readonly (string | undefined)[]> {
  const objects = differences
    .filter(
      ({ path, before, status }) => MANIFEST_NAME.test(path) && status !== 'A' && /[1-9a-f]/.test(before),
    )
    .map(({ before }) => before);
  if (objects.length === 0) return [];
  const told = await git.read(
    ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'],
    lines(objects),
  );
  let total = 0;
  const wanted = told
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [object = '', type, size = ''] = line.split(' ');
      total += Number(size) || 0;
      const isWanted = type === 'blob' && Number(size) <= MAX_BEFORE_BYTES && total <= MAX_BEFORE_TOTAL_BYTES;
      return isWanted ? { object, size: Number(size) } : undefined;
    });
  const known = wanted.filter((it) => it !== undefined);
  if (known.length === 0) return wanted.map(() => undefined);
  const output = await git.read(['cat-file', '--batch'], lines(known.map(({ object }) => object)));
  let at = 0;
  return wanted.map((it) => {
    if (it === undefined) return undefined;
    const start = output.indexOf('\n', at) + 1;
    at = start + it.size + 1;
    return output.toString('utf8', start, start + it.size);
  });
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
