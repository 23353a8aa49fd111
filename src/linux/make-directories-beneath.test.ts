import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeDirectoriesBeneath } from './make-directories-beneath.ts';

let base = '';
let root = '';
let outside = '';

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'podproof-beneath-'));
  root = join(base, 'root');
  outside = join(base, 'outside');
  mkdirSync(root);
  mkdirSync(outside);
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

it('missing directories are made with the mode asked for, whatever the umask', () => {
  const umask = process.umask(0o077);
  try {
    expect(makeDirectoriesBeneath(root, 'a/b/c', 0o777)).toBe(true);
  } finally {
    process.umask(umask);
  }
  expect(statSync(join(root, 'a/b/c')).mode & 0o7777).toBe(0o777);
});

it('what exists is left alone', () => {
  mkdirSync(join(root, 'a'), { mode: 0o700 });
  expect(makeDirectoriesBeneath(root, 'a', 0o777)).toBe(false);
  expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
});

it('only the missing part of a path is made', () => {
  mkdirSync(join(root, 'a/b'), { recursive: true });
  expect(makeDirectoriesBeneath(root, 'a/b/c/d', 0o755)).toBe(true);
  expect(statSync(join(root, 'a/b/c/d')).isDirectory()).toBe(true);
});

it('a symbolic link that stays inside is followed', () => {
  mkdirSync(join(root, 'real'));
  symlinkSync('real', join(root, 'link'));
  expect(makeDirectoriesBeneath(root, 'link/sub', 0o755)).toBe(true);
  expect(statSync(join(root, 'real/sub')).isDirectory()).toBe(true);
});

it.each([
  ['an absolute link', (): string => outside],
  ['a relative link', (): string => '../outside'],
])('%s out of the root is an error, and nothing is made outside', (_, target) => {
  symlinkSync(target(), join(root, 'link'));
  expect(() => makeDirectoriesBeneath(root, 'link/sub', 0o755)).toThrow(/EXDEV/);
  expect(() => makeDirectoriesBeneath(root, 'link', 0o755)).toThrow(/EXDEV/);
  expect(readdirSync(outside)).toEqual([]);
});

it('a dangling link is an error, and its target is not made', () => {
  symlinkSync('nowhere', join(root, 'link'));
  expect(() => makeDirectoriesBeneath(root, 'link/sub', 0o755)).toThrow(/ELOOP/);
  expect(readdirSync(root)).toEqual(['link']);
});

it('dots that climb out are an error', () => {
  expect(() => makeDirectoriesBeneath(root, '../outside/x', 0o755)).toThrow(/EXDEV/);
});
