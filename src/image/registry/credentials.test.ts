import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCredentials } from './credentials.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-credentials-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const auth = Buffer.from('me:pass:word').toString('base64');
const password = { kind: 'password', username: 'me', password: 'pass:word' };

function find(
  config: object,
  host: string,
  helper?: (program: string) => string,
): ReturnType<typeof findCredentials> {
  const path = join(dir, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  const runHelper = helper === undefined ? {} : { runHelper: async (program: string) => helper(program) };
  return findCredentials(host, { dockerConfigPath: path, ...runHelper });
}

function broken(): string {
  throw new Error('no display');
}

describe('credentials of the docker config', () => {
  test.each([
    ['by host', { auths: { 'r:5000': { auth } } }, 'r:5000'],
    ['by an old URL', { auths: { 'https://r/v1/': { auth } } }, 'r'],
    ["the hub's", { auths: { 'https://index.docker.io/v1/': { auth } } }, 'docker.io'],
    ['in two fields', { auths: { r: { username: 'me', password: 'pass:word' } } }, 'r'],
  ])('are found %s', async (_, config, host) => {
    expect(await find(config, host)).toEqual(password);
  });

  test('those of another registry are not used', async () => {
    const config = { auths: { 'r.example': { auth }, r: {} } };
    expect(await find(config, 'evil.example')).toBeUndefined();
    expect(await find(config, 'r')).toBeUndefined();
    expect(await find({}, 'r')).toBeUndefined();
    expect(await findCredentials('r', { dockerConfigPath: join(dir, 'none.json') })).toBeUndefined();
  });

  test('an identity token is told from a password', async () => {
    const config = { auths: { r: { auth, identitytoken: 'tok' } } };
    expect(await find(config, 'r')).toEqual({ kind: 'identity-token', token: 'tok' });
    const answer = JSON.stringify({ Username: '<token>', Secret: 'tok' });
    expect(await find({ credsStore: 'desktop' }, 'r', () => answer)).toEqual({
      kind: 'identity-token',
      token: 'tok',
    });
  });

  test('the helper of a registry comes before the store of all, and both before the file', async () => {
    const config = { auths: { r: { auth }, s: { auth } }, credsStore: 'all', credHelpers: { r: 'own' } };
    const asked: string[] = [];
    const helper = (program: string): string => {
      asked.push(program);
      if (program.endsWith('all')) throw new Error('credentials not found in native keychain');
      return JSON.stringify({ Username: 'helped', Secret: 'x' });
    };
    expect(await find(config, 'r', helper)).toMatchObject({ username: 'helped' });
    expect(await find(config, 's', helper)).toEqual(password);
    expect(asked).toEqual(['docker-credential-own', 'docker-credential-all']);
  });

  test('a helper that fails, cannot be run or is no program name is an error that names it', async () => {
    await expect(find({ credsStore: 'x' }, 'r', broken)).rejects.toThrow(
      'credential helper "docker-credential-x" for "r": no display',
    );
    await expect(find({ credsStore: 'x' }, 'r')).rejects.toMatchObject({ code: 'unsupported' });
    await expect(find({ credsStore: '../../bin/sh' }, 'r', broken)).rejects.toThrow('names no program');
  });
});
