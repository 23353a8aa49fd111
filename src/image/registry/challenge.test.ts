import { expect, test } from 'vitest';
import { parseChallenges } from './challenge.ts';

test('challenges are read with quoted, bare and escaped parameters', () => {
  const header =
    'Bearer realm="https://auth/token",service="a,b",scope="repository:x:pull", Basic Realm="say \\"hi\\"", error=x';
  expect(parseChallenges(header)).toEqual([
    {
      scheme: 'bearer',
      parameters: { realm: 'https://auth/token', service: 'a,b', scope: 'repository:x:pull' },
    },
    { scheme: 'basic', parameters: { realm: 'say "hi"', error: 'x' } },
  ]);
  expect(parseChallenges('')).toEqual([]);
});
