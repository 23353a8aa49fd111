import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatKubeconfig, mergeKubeconfig, removeFromKubeconfig } from './kubeconfig.ts';

const options = {
  name: 'podproof',
  server: 'https://127.0.0.1:6443',
  credentials: { authority: 'CA', admin: { key: 'KEY', certificate: 'CERT' } },
};

const theirs = `apiVersion: v1
# the one at work
clusters:
  - name: work
    cluster: {server: https://work:6443}   # do not touch
contexts: []
current-context: work
kind: Config
preferences: {}
users:
  - name: work
    user:
      token: abc
`;

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'podproof-kubeconfig-'));
  path = join(dir, 'config');
});
afterEach(() => rm(dir, { recursive: true }));

test('a kubeconfig of its own names server, authority and client certificate', () => {
  expect(parse(formatKubeconfig(options))).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'podproof', cluster: { server: options.server, 'certificate-authority-data': 'Q0E=' } },
    ],
    users: [{ name: 'podproof', user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' } }],
    contexts: [{ name: 'podproof', context: { cluster: 'podproof', user: 'podproof' } }],
    'current-context': 'podproof',
  });
});

describe('merging', () => {
  test('keeps what the user has, comments included, and only adds', async () => {
    await writeFile(path, theirs);
    await mergeKubeconfig(path, options);
    const text = await readFile(path, 'utf8');
    expect(text).toContain('# the one at work');
    expect(text).toContain('# do not touch');
    expect(parse(text)).toMatchObject({
      clusters: [{ name: 'work' }, { name: 'podproof' }],
      users: [{ name: 'work', user: { token: 'abc' } }, { name: 'podproof' }],
      contexts: [{ name: 'podproof' }],
      'current-context': 'podproof',
      preferences: {},
    });
  });

  test('a second time replaces, and adds nothing', async () => {
    await writeFile(path, theirs);
    await mergeKubeconfig(path, options);
    const once = await readFile(path, 'utf8');
    await mergeKubeconfig(path, options);
    expect(await readFile(path, 'utf8')).toBe(once);
  });

  test('makes a file that is not there, for its owner alone, and leaves nothing beside it', async () => {
    await mergeKubeconfig(path, options);
    expect(parse(await readFile(path, 'utf8'))).toEqual(parse(formatKubeconfig(options)));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['config']);
  });

  test('closes a file that everyone could read, since it holds a key now', async () => {
    await writeFile(path, theirs);
    await chmod(path, 0o644);
    await mergeKubeconfig(path, options);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('writes through a link', async () => {
    const real = join(dir, 'real');
    await writeFile(real, theirs);
    await symlink(real, path);
    await mergeKubeconfig(path, options);
    expect(await readFile(real, 'utf8')).toContain('podproof');
  });

  test.each([
    ['clusters: {a: b}', '"clusters" is no list'],
    ['- a', 'it is no map'],
    ['a: [', 'cannot read kubeconfig'],
  ])('leaves a file that is no kubeconfig alone: %s', async (text, message) => {
    await writeFile(path, text);
    await expect(mergeKubeconfig(path, options)).rejects.toThrow(message);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(dir)).toEqual(['config']);
  });

  test('does not write while kubectl holds the lock', async () => {
    await writeFile(`${path}.lock`, '');
    await expect(mergeKubeconfig(path, options)).rejects.toThrow('config.lock" is there');
    expect(await readdir(dir)).toEqual(['config.lock']);
  });

  test('can be undone', async () => {
    await writeFile(path, theirs);
    await mergeKubeconfig(path, options);
    expect(await removeFromKubeconfig(path, options)).toBe(true);
    expect(parse(await readFile(path, 'utf8'))).toEqual({ ...parse(theirs), 'current-context': '' });
    expect(await removeFromKubeconfig(path, options)).toBe(false);
  });

  test('is not undone for another server of the same name', async () => {
    await mergeKubeconfig(path, options);
    const merged = await readFile(path, 'utf8');
    expect(await removeFromKubeconfig(path, { ...options, server: 'https://127.0.0.1:7443' })).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(merged);
  });
});
