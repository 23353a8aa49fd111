import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WalkOptions, walkDirectory } from './walk-directory.ts';

let top: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'podproof-walk-'));
});

afterEach(() => {
  rmSync(top, { recursive: true, force: true });
});

function put(path: string, content = ''): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), content);
}

/** Each entry on a line, without the directory that all are in. */
function walk(options?: WalkOptions): readonly string[] {
  return [...walkDirectory(top, options)].map((entry) => {
    const path = entry.path.slice(top.length + 1);
    if (entry.kind === 'skipped') return `${path}: ${entry.reason}`;
    const within = entry.kind === 'file' && entry.within !== undefined ? ' (named)' : '';
    return `${entry.type} ${path}${within}`;
  });
}

describe('a walk', () => {
  it('comes to files by their names, sorted', () => {
    for (const name of ['b.yaml', 'a/z.yml', 'a/b/c.json', 'Dockerfile', 'web.Dockerfile', 'B.yaml'])
      put(name);
    for (const name of [
      'Containerfile',
      'compose.yaml',
      'docker-compose.dev.yml',
      'notes.txt',
      'a.yaml.bak',
    ]) {
      put(name);
    }
    expect(walk()).toEqual([
      'manifest B.yaml',
      'dockerfile Containerfile',
      'dockerfile Dockerfile',
      'manifest a/b/c.json',
      'manifest a/z.yml',
      'manifest b.yaml',
      'compose compose.yaml',
      'compose docker-compose.dev.yml',
      'dockerfile web.Dockerfile',
    ]);
  });

  it('enters neither .git nor node_modules', () => {
    for (const name of ['.git/a.yaml', 'x/node_modules/a.yaml', '.github/a.yaml']) put(name);
    expect(walk()).toEqual(['manifest .github/a.yaml']);
  });

  it('comes to a chart in place of its templates', () => {
    for (const name of ['Chart.yaml', 'values.yaml', 'templates/a.yaml', 'charts/b/Chart.yaml']) {
      put(`web/${name}`);
    }
    put('web/pod.yaml');
    expect(walk()).toEqual(['chart web', 'manifest web/pod.yaml', 'manifest web/values.yaml']);
  });

  it('tells which files a kustomization names; the others are not hidden by it', () => {
    put('k/kustomization.yaml', 'resources: [pod.yaml, ../base]\npatches: [{path: patches/p.yaml}]\n');
    put('k/Pod2.yaml');
    put('k/pod.yaml');
    put('k/patches/p.yaml');
    put('k/patches/q.yaml');
    put('base/kustomization.yml', 'configMapGenerator: [{name: a, files: [x.json=y.json]}]\n');
    put('base/y.json');
    expect(walk()).toEqual([
      'kustomization base',
      'manifest base/y.json (named)',
      'kustomization k',
      'manifest k/Pod2.yaml',
      'manifest k/patches/p.yaml (named)',
      'manifest k/patches/q.yaml',
      'manifest k/pod.yaml (named)',
    ]);
  });

  it('begins at the chart or kustomization that it was sent to', () => {
    put('Chart.yaml');
    put('templates/a.yaml');
    expect(walk()).toEqual(['chart ']);
  });

  it('finds things while they are asked for', () => {
    for (let index = 0; index < 3; index += 1) put(`d${index}/a.yaml`);
    const entries = walkDirectory(top);
    expect(entries.next().value).toMatchObject({ path: join(top, 'd0/a.yaml') });
    put('d2/b.yaml');
    expect([...entries]).toHaveLength(3);
  });
});

describe('a hostile directory', () => {
  it('leads nowhere by its links', () => {
    put('d/a.yaml');
    symlinkSync(join(top, 'd'), join(top, 'd/loop'));
    symlinkSync('/proc', join(top, 'proc'));
    symlinkSync('a.yaml', join(top, 'd/b.yaml'));
    symlinkSync('/etc/hostname', join(top, 'd/c.yaml'));
    symlinkSync('/dev/zero', join(top, 'd/d.yaml'));
    symlinkSync('gone', join(top, 'd/e.yaml'));
    symlinkSync('f.yaml', join(top, 'd/f.yaml'));
    symlinkSync('gone', join(top, 'd/g.txt'));
    expect(walk()).toEqual([
      'manifest d/a.yaml',
      'manifest d/b.yaml',
      'd/c.yaml: a link out of the tree',
      'd/d.yaml: not a regular file',
      'd/e.yaml: no such file or directory',
      'd/f.yaml: too many levels of symbolic links',
      'd/loop: a link to a directory',
      'proc: a link to a directory',
    ]);
  });

  it('may be a part of a larger tree, within which links may lead', () => {
    put('shared/a.yaml');
    put('app/own.yaml');
    symlinkSync('../shared/a.yaml', join(top, 'app/a.yaml'));
    const entries = (options?: WalkOptions): readonly string[] =>
      [...walkDirectory(join(top, 'app'), options)].map(({ kind }) => kind);
    expect(entries()).toEqual(['skipped', 'file']);
    expect(entries({ tree: top })).toEqual(['file', 'file']);
  });

  it('has sockets, pipes and names that are none', async () => {
    execFileSync('mkfifo', [join(top, 'pipe.yaml'), join(top, 'pipe')]);
    const server = createServer().listen(join(top, 'socket.yaml'));
    await new Promise((resolve) => server.once('listening', resolve));
    put('new\nline\u001b[2J.yaml');
    writeFileSync(Buffer.from(`${top}/\xff.yaml`, 'latin1'), '');
    try {
      expect(walk()).toEqual([
        'manifest new\nline\u001b[2J.yaml',
        'pipe.yaml: a named pipe',
        'socket.yaml: a socket',
        '\uFFFD.yaml: its name is not UTF-8',
      ]);
    } finally {
      server.close();
    }
  });

  it('may be gone, or a file', () => {
    const reasons = (path: string): readonly unknown[] => [...walkDirectory(join(top, path))];
    put('a.yaml');
    expect(reasons('gone')).toEqual([
      { kind: 'skipped', path: join(top, 'gone'), reason: 'no such file or directory' },
    ]);
    expect(reasons('a.yaml')).toMatchObject([{ reason: 'a part of the path is not a directory' }]);
  });

  it('may be closed', () => {
    put('closed/a.yaml');
    chmodSync(join(top, 'closed'), 0);
    chmodSync(top, 0o755);
    expect(asNobody(walk)).toEqual(['closed: permission denied']);
    chmodSync(join(top, 'closed'), 0o700);
  });
});

/** Nothing is closed to root. */
function asNobody<T>(act: () => T): T {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(65_534);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}
