import { describe, expect, it } from 'vitest';
import { parseReference } from '../../image/reference.ts';
import type { Secret } from '../../kube/references.ts';
import { pullCredentials } from './pull-credentials.ts';

const auth = (text: string): object => ({ auth: Buffer.from(text).toString('base64') });

function secret(config: unknown, type = 'kubernetes.io/dockerconfigjson'): Secret {
  const key = type === 'kubernetes.io/dockercfg' ? '.dockercfg' : '.dockerconfigjson';
  const data = { [key]: Buffer.from(JSON.stringify(config)).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type, data };
}

const users = (image: string, ...secrets: Secret[]): readonly string[] =>
  pullCredentials(parseReference(image), secrets).map((found) =>
    found.kind === 'password' ? `${found.username}/${found.password}` : found.token,
  );

describe('image pull secrets', () => {
  it.each([
    ['r.example:5000/a/b:1', 'r.example:5000', true],
    ['r.example:5000/a/b:1', 'https://r.example:5000/v2/', true],
    ['r.example:5000/a/b:1', 'r.example', false],
    ['r.example/a/b:1', 'r.example/a', true],
    ['r.example/ab/b:1', 'r.example/a', false],
    ['eu.r.example/a:1', '*.r.example', true],
    ['r.example/a:1', '*.r.example', false],
    ['eu-1.r.example/a:1', 'eu-*.r.example', true],
    ['nginx', 'https://index.docker.io/v1/', true],
    ['nginx', 'r.example', false],
  ])('for %s, an entry for %s counts: %s', (image, key, counts) => {
    expect(users(image, secret({ auths: { [key]: auth('me:pw') } }))).toEqual(counts ? ['me/pw'] : []);
  });

  it('are tried from the closest entry on', () => {
    const auths = { 'r.example': auth('all:1'), 'r.example/team': auth('team:2') };
    expect(users('r.example/team/app:1', secret({ auths }))).toEqual(['team/2', 'all/1']);
  });

  it('of the old form, with user and password, and with a token are read', () => {
    expect(users('r.example/a', secret({ 'r.example': auth('old:1') }, 'kubernetes.io/dockercfg'))).toEqual([
      'old/1',
    ]);
    expect(
      users('r.example/a', secret({ auths: { 'r.example': { username: 'u', password: 'p:w' } } })),
    ).toEqual(['u/p:w']);
    expect(users('r.example/a', secret({ auths: { 'r.example': { identitytoken: 't' } } }))).toEqual(['t']);
  });

  it('of another type or with rubbish have nothing, and one without JSON is told without its text', () => {
    expect(users('r.example/a', secret({ auths: { 'r.example': auth('me:pw') } }, 'Opaque'))).toEqual([]);
    expect(
      users('r.example/a', secret({ auths: { 'r.example': 7 } }), secret([]), secret({ auths: 'x' })),
    ).toEqual([]);
    const broken: Secret = {
      ...secret({}),
      data: { '.dockerconfigjson': Buffer.from('hush').toString('base64') },
    };
    expect(() => users('r.example/a', broken)).toThrow('image pull secret "s" has no valid JSON');
  });
});
