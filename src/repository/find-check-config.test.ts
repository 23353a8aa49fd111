import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCheckConfig } from './find-check-config.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-config-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function put(path: string): string {
  const file = join(directory, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  return file;
}

test('the nearest configuration up to the root of the repository is found', () => {
  const outer = put('repository/podproof.yaml');
  put('repository/.git/HEAD');
  put('repository/services/web/deploy.yaml');
  expect(findCheckConfig(join(directory, 'repository/services/web')).path).toBe(outer);
  const inner = put('repository/services/podproof.yaml');
  expect(findCheckConfig(join(directory, 'repository/services/web')).path).toBe(inner);
});

test('above the root of the repository nothing is looked for', () => {
  put('podproof.yaml');
  put('worktree/.git');
  expect(findCheckConfig(join(directory, 'worktree'))).toEqual({ skipped: [] });
});

test('outside of a repository only the directory itself is looked at', () => {
  const own = put('plain/podproof.yaml');
  put('plain/below/deploy.yaml');
  expect(findCheckConfig(join(directory, 'plain')).path).toBe(own);
  expect(findCheckConfig(join(directory, 'plain/below'))).toEqual({ skipped: [] });
});

test('a directory of that name, and a link out of the repository, are none', () => {
  put('repository/.git/HEAD');
  put('repository/a/b/deploy.yaml');
  mkdirSync(join(directory, 'repository/podproof.yaml'));
  symlinkSync('/etc/passwd', join(directory, 'repository/a/podproof.yaml'));
  expect(findCheckConfig(join(directory, 'repository/a/b')).skipped[0]?.reason).toBe(
    'it is a symbolic link that leads out of the repository',
  );
  expect(findCheckConfig(join(directory, 'repository'))).toEqual({ skipped: [] });
});

test.skipIf(process.geteuid?.() !== 0)(
  "a stranger's configuration above the work of others is not used",
  () => {
    put('.git/HEAD');
    put('mine/deploy.yaml');
    const file = put('podproof.yaml');
    chownSync(file, 4711, 4711);
    const { path, skipped } = findCheckConfig(join(directory, 'mine'));
    expect(path).toBeUndefined();
    expect(skipped).toEqual([
      {
        file,
        reason: 'it belongs to another user (uid 4711): to use it, name it with --config',
      },
    ]);
    chownSync(join(directory, 'mine'), 4711, 4711);
    expect(findCheckConfig(join(directory, 'mine')).path).toBe(file);
  },
);
