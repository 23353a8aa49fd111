import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChangedFiles, changedFiles } from './changed-files.ts';

let directory: string;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'podproof-changed-')));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

afterAll(() => {
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('podproof-git-'))).toEqual([]);
});

/** The tests' own git: without the settings of this machine. */
function git(where: string, ...args: readonly string[]): string {
  const identity = { NAME: 'a', EMAIL: 'a@example.com' };
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  for (const [key, value] of Object.entries(identity)) {
    Object.assign(env, { [`GIT_AUTHOR_${key}`]: value, [`GIT_COMMITTER_${key}`]: value });
  }
  return execFileSync('git', args, { cwd: join(directory, where), encoding: 'utf8', env, stdio: 'pipe' });
}

function put(path: string, text: string): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function commit(where: string): void {
  git(where, 'add', '--all');
  git(where, 'commit', '-q', '-m', 'x');
}

/** A repository with a commit on `main`, and a branch. */
function repository(files: Readonly<Record<string, string>>, where = 'repo'): void {
  mkdirSync(join(directory, where), { recursive: true });
  git(where, 'init', '-q', '-b', 'main');
  for (const [path, text] of Object.entries(files)) put(join(where, path), text);
  commit(where);
  git(where, 'switch', '-q', '-c', 'work');
}

function changed(
  ref: string,
  where = 'repo',
  env: Record<string, string | undefined> = process.env,
): Promise<ChangedFiles> {
  return changedFiles(ref, join(directory, where), { env });
}

describe('what changed since a reference', () => {
  test('committed, staged, unstaged and untracked files, renamed and deleted ones, whatever their names', async () => {
    repository({
      'same.yaml': 'a',
      'committed.yaml': 'a',
      'staged.yaml': 'a',
      'unstaged.yaml': 'a',
      'before.yaml': 'a long enough text to be known again',
      'gone.yaml': 'kind: Pod',
      'undone.yaml': 'a',
      '.gitignore': 'ignored/\n',
    });
    for (const name of [
      'committed.yaml',
      'with space.yaml',
      'line\nbreak.yaml',
      'ümlaut.yaml',
      '"quoted".yaml',
      '-dash.yaml',
    ]) {
      put(`repo/${name}`, 'b');
    }
    git('repo', 'mv', 'before.yaml', 'after.yaml');
    put('repo/undone.yaml', 'b');
    commit('repo');
    put('repo/undone.yaml', 'a');
    put('repo/staged.yaml', 'b');
    git('repo', 'add', 'staged.yaml');
    git('repo', 'rm', '-q', 'gone.yaml');
    put('repo/unstaged.yaml', 'b');
    put('repo/sub/new.yaml', 'b');
    put('repo/ignored/x.yaml', 'b');
    const { root, files, deleted, directories, before } = await changed('main', 'repo/sub');
    expect(root).toBe(join(directory, 'repo'));
    expect(new Set(files)).toEqual(
      new Set([
        'committed.yaml',
        'with space.yaml',
        'line\nbreak.yaml',
        'ümlaut.yaml',
        '"quoted".yaml',
        '-dash.yaml',
        'after.yaml',
        'staged.yaml',
        'unstaged.yaml',
        'sub/new.yaml',
      ]),
    );
    expect(deleted).toEqual(['before.yaml', 'gone.yaml']);
    expect(directories).toEqual([]);
    expect(before).toContain('kind: Pod');
  });

  test('what the other branch got meanwhile is none of it', async () => {
    repository({ 'a.yaml': 'a', 'b.yaml': 'a' });
    git('repo', 'switch', '-q', 'main');
    put('repo/b.yaml', 'b');
    commit('repo');
    git('repo', 'switch', '-q', 'work');
    put('repo/a.yaml', 'b');
    commit('repo');
    expect((await changed('main')).files).toEqual(['a.yaml']);
  });

  test('files that were only touched are not changed', async () => {
    repository({ 'a.yaml': 'a' });
    const file = join(directory, 'repo/a.yaml');
    rmSync(file);
    writeFileSync(file, 'a');
    expect((await changed('main')).files).toEqual([]);
  });

  test('a submodule at another commit and a repository of its own are directories', async () => {
    repository({ 'x.yaml': 'a' }, 'module');
    git('module', 'switch', '-q', 'main');
    repository({ 'a.yaml': 'a' });
    git(
      'repo',
      '-c',
      'protocol.file.allow=always',
      'submodule',
      'add',
      '-q',
      join(directory, 'module'),
      'sub',
    );
    git('repo', 'commit', '-q', '-m', 'sub');
    git('repo', 'branch', '-f', 'main');
    expect((await changed('main')).directories).toEqual([]);
    put('repo/sub/x.yaml', 'b');
    commit('repo/sub');
    repository({ 'y.yaml': 'a' }, 'repo/other');
    expect((await changed('main')).directories).toEqual(['sub', 'other']);
    expect((await changed('HEAD~1', 'repo/sub')).files).toEqual(['x.yaml']);
  });

  test('in a linked worktree, in a repository of SHA-256, with packed references and a split index', async () => {
    mkdirSync(join(directory, 'repo'));
    git('repo', 'init', '-q', '-b', 'main', '--object-format=sha256');
    put('repo/a.yaml', 'a');
    commit('repo');
    git('repo', 'update-index', '--split-index');
    git('repo', 'pack-refs', '--all');
    git('repo', 'gc', '-q');
    git('repo', 'worktree', 'add', '-q', '-b', 'work', '../linked');
    put('linked/a.yaml', 'b');
    expect((await changed('main', 'linked')).files).toEqual(['a.yaml']);
    put('repo/new.yaml', 'b');
    expect((await changed('main')).files).toEqual(['new.yaml']);
  });

  test('FETCH_HEAD, a tag and a short commit are references, too', async () => {
    repository({ 'a.yaml': 'a' });
    git('repo', 'tag', '-a', '-m', 'x', 'v1');
    git('repo', 'fetch', '-q', '.', 'main');
    put('repo/a.yaml', 'b');
    const short = git('repo', 'rev-parse', '--short', 'main').trim();
    for (const ref of ['FETCH_HEAD', 'v1', short, 'HEAD']) {
      expect((await changed(ref)).files, ref).toEqual(['a.yaml']);
    }
  });

  test("a hook's environment does not lead elsewhere", async () => {
    repository({ 'a.yaml': 'a' });
    repository({ 'b.yaml': 'a' }, 'other');
    put('repo/a.yaml', 'b');
    const env = {
      ...process.env,
      GIT_DIR: join(directory, 'other/.git'),
      GIT_WORK_TREE: join(directory, 'other'),
    };
    expect((await changed('main', 'repo', env)).files).toEqual(['a.yaml']);
  });
});

describe('what cannot be told says why and what to do', () => {
  test.each(['--upload-pack=touch /tmp/x', '-x', '', 'main\nother', 'main\0'])(
    '%j is no reference',
    async (ref) => {
      repository({ 'a.yaml': 'a' });
      await expect(changed(ref)).rejects.toMatchObject({
        code: 'usage',
        message: `option "--changed" cannot be ${JSON.stringify(ref)}: it is no git reference`,
      });
    },
  );

  test.each([
    ['origin/main', 'fetch it: git fetch origin main'],
    ['nowhere', 'fetch it: git fetch origin nowhere'],
    ['main..work', 'fetch it: git fetch origin main..work'],
  ])('%s is unknown', async (ref, advice) => {
    repository({ 'a.yaml': 'a' });
    await expect(changed(ref)).rejects.toMatchObject({
      code: 'usage',
      message: `option "--changed": there is no commit "${ref}" in "${directory}/repo"`,
      advice,
    });
  });

  test('outside of a repository, and before the first commit', async () => {
    put('plain/a.yaml', 'a');
    await expect(changed('main', 'plain')).rejects.toMatchObject({
      code: 'not-found',
      message: `cannot look for changes in "${directory}/plain": it is not in a git repository`,
    });
    git('plain', 'init', '-q', '-b', 'main');
    await expect(changed('main', 'plain')).rejects.toMatchObject({
      message: `cannot look for changes in "${directory}/plain": it has no commit yet`,
    });
    put('plain/b.yaml', 'b');
    git('plain', 'add', 'b.yaml');
    expect((await changed('HEAD', 'plain')).files).toEqual(['b.yaml', 'a.yaml']);
  });

  test('a history that was fetched in part, and none in common', async () => {
    repository({ 'a.yaml': 'a' });
    put('repo/b.yaml', 'b');
    commit('repo');
    git('repo', 'switch', '-q', 'main');
    put('repo/c.yaml', 'c');
    commit('repo');
    git('.', 'clone', '-q', '--depth', '1', '--no-single-branch', `file://${directory}/repo`, 'shallow');
    await expect(changed('origin/work', 'shallow')).rejects.toMatchObject({
      code: 'invalid',
      message: `cannot tell what changed since "origin/work" in "${directory}/shallow": they have no common history here`,
      advice: expect.stringContaining('actions/checkout with fetch-depth: 0'),
    });
    await expect(changed('main~1', 'shallow')).rejects.toMatchObject({
      code: 'usage',
      advice: expect.stringContaining('git fetch --unshallow'),
    });
    git('repo', 'switch', '-q', '--orphan', 'alone');
    put('repo/d.yaml', 'd');
    commit('repo');
    await expect(changed('main')).rejects.toMatchObject({
      message: `cannot tell what changed since "main" in "${directory}/repo": they have no common history here`,
    });
  });

  test('without git', async () => {
    repository({ 'a.yaml': 'a' });
    await expect(changed('main', 'repo', { PATH: join(directory, 'nothing') })).rejects.toMatchObject({
      code: 'unsupported',
      message: 'cannot run "git config": git is not installed',
    });
  });
});

describe('nothing that a repository brings is executed', () => {
  test('no program of its configuration, its attributes, its hooks or its directory; nothing is written to it', async () => {
    repository({
      'a.yaml': 'a',
      'b.yaml': 'a',
      'c.txt': 'a',
      '.gitattributes': '* filter=evil diff=evil merge=evil\n',
    });
    const proof = join(directory, 'executed');
    const program = join(directory, 'repo/evil.sh');
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${proof}'\ncat\n`);
    chmodSync(program, 0o755);
    for (const name of ['git', 'sh', 'ssh', 'less', 'cat']) {
      writeFileSync(join(directory, 'repo', name), `#!/bin/sh\necho ${name} >> '${proof}'\n`);
      chmodSync(join(directory, 'repo', name), 0o755);
    }
    for (const hook of [
      'post-index-change',
      'reference-transaction',
      'fsmonitor-watchman',
      'pre-auto-gc',
      'post-checkout',
    ]) {
      put(`repo/hooks/${hook}`, `#!/bin/sh\necho ${hook} >> '${proof}'\n`);
      chmodSync(join(directory, 'repo/hooks', hook), 0o755);
    }
    const evil: Readonly<Record<string, string>> = {
      'core.fsmonitor': program,
      'core.pager': program,
      'core.editor': program,
      'core.sshCommand': program,
      'core.gitProxy': program,
      'core.askPass': program,
      'core.hooksPath': join(directory, 'repo/hooks'),
      'core.alternateRefsCommand': program,
      'diff.external': program,
      'diff.evil.command': program,
      'diff.evil.textconv': program,
      'filter.evil.clean': program,
      'filter.evil.smudge': program,
      'filter.evil.process': program,
      'filter.evil.required': 'true',
      'merge.evil.driver': program,
      'alias.diff': `!${program}`,
      'alias.rev-parse': `!${program}`,
      'pager.diff': program,
      'interactive.diffFilter': program,
      'credential.helper': program,
      'gpg.program': program,
      'uploadpack.packObjectsHook': program,
      'remote.origin.url': `ext::${program}`,
      'remote.origin.promisor': 'true',
      'remote.origin.uploadpack': program,
      'extensions.partialClone': 'origin',
      'protocol.ext.allow': 'always',
      'submodule.recurse': 'true',
      'include.path': '/proc/no-such-file',
      'trace2.eventTarget': join(directory, 'traced'),
    };
    const before = statSync(join(directory, 'repo/.git/index')).mtimeMs;
    put('repo/a.yaml', 'b');
    put('repo/new.yaml', 'b');
    put(
      'repo/.git/config',
      `${readFileSync(join(directory, 'repo/.git/config'), 'utf8')}\n${asConfig(evil)}`,
    );
    const env = { ...process.env, PATH: `.:${directory}/repo/../nothing::${process.env['PATH']}` };
    const { files } = await changed('main', 'repo', env);
    expect(files).toContain('a.yaml');
    expect(files).toContain('new.yaml');
    expect(files).not.toContain('b.yaml');
    expect(existsSync(proof) ? readFileSync(proof, 'utf8') : '').toBe('');
    expect(existsSync(join(directory, 'traced'))).toBe(false);
    expect(statSync(join(directory, 'repo/.git/index')).mtimeMs).toBe(before);
    // The trap is one: git itself falls into it.
    expect(() => git('repo', '-c', 'core.fsmonitor=false', 'status', '--porcelain')).toThrow('evil.sh');
    expect(existsSync(proof)).toBe(true);
  });

  test("another user's repository is read all the same: there is nothing to be afraid of", async () => {
    repository({ 'a.yaml': 'a' });
    put('repo/a.yaml', 'b');
    if (process.geteuid?.() === 0) execFileSync('chown', ['-R', '4711:4711', join(directory, 'repo')]);
    expect((await changed('main')).files).toEqual(['a.yaml']);
  });

  test('a pointer to a pipe or to a device is refused', async () => {
    mkdirSync(join(directory, 'repo'));
    put('repo/.git', 'gitdir: /dev');
    await expect(changed('main')).rejects.toMatchObject({ code: 'invalid' });
    rmSync(join(directory, 'repo/.git'));
    execFileSync('mkfifo', [join(directory, 'repo/.git')]);
    await expect(changed('main')).rejects.toMatchObject({ code: 'invalid' });
  });
});

function asConfig(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => {
      const [section = '', ...rest] = key.split('.');
      const name = rest.pop() ?? '';
      const sub = rest.length === 0 ? '' : ` "${rest.join('.')}"`;
      return `[${section}${sub}]\n\t${name} = "${value}"\n`;
    })
    .join('');
}
