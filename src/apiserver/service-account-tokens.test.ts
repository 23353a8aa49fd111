import { createHmac } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { KubeObject } from '../kube/meta.ts';
import type { ObjectReader } from '../kube/object-api.ts';
import { type ServiceAccountTokens, serviceAccountTokens, TOKEN_ISSUER } from './service-account-tokens.ts';

const key = Buffer.alloc(32, 7);
const owner = { namespace: 'ns', serviceAccount: { name: 'bob', uid: 'uid-bob' } };

let stored: Map<string, KubeObject>;
let nowMs: number;
let tokens: ServiceAccountTokens;
beforeEach(() => {
  nowMs = 1_800_000_000_000;
  stored = new Map();
  put('ServiceAccount', 'bob');
  put('Pod', 'web');
  const get = (kind: string, namespace: string, name: string) => stored.get(`${kind}/${namespace}/${name}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was put under a kind is of that kind
  const objects = { get, list: () => [] } as ObjectReader;
  tokens = serviceAccountTokens({ key, objects, now: () => nowMs });
});

function put(kind: string, name: string): void {
  stored.set(`${kind}/ns/${name}`, {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'ns', uid: `uid-${name}` },
  });
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signed(claims: unknown, algorithm = 'HS256', secret: Uint8Array = key): string {
  const text = `${encode({ alg: algorithm })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const CLAIMS = {
  aud: [TOKEN_ISSUER],
  exp: 1_800_000_100,
  'kubernetes.io': { namespace: 'ns', serviceaccount: { name: 'bob' } },
};

test('who holds a token is its service account', () => {
  const { token, expiresAt } = tokens.issue(owner, [], 600);
  expect(expiresAt).toBe(1_800_000_600);
  expect(tokens.verify(token)).toEqual({
    username: 'system:serviceaccount:ns:bob',
    uid: 'uid-bob',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'],
    extra: {},
  });
});

test('the tokens that pods find mounted, without the uid of their account, are good as well', () => {
  expect(tokens.verify(signed(CLAIMS))?.username).toBe('system:serviceaccount:ns:bob');
});

test('a token that is bound to a pod tells which, and ends with it', () => {
  const { token } = tokens.issue({ ...owner, bound: { kind: 'Pod', name: 'web', uid: 'uid-web' } }, [], 600);
  expect(tokens.verify(token)?.extra).toEqual({
    'authentication.kubernetes.io/pod-name': ['web'],
    'authentication.kubernetes.io/pod-uid': ['uid-web'],
  });
  stored.delete('Pod/ns/web');
  expect(tokens.verify(token)).toBeUndefined();
});

test('a token ends in time, and with its account', () => {
  const { token } = tokens.issue(owner, [], 600);
  nowMs += 599_000;
  expect(tokens.verify(token)).toBeDefined();
  stored.delete('ServiceAccount/ns/bob');
  expect(tokens.verify(token)).toBeUndefined();
  put('ServiceAccount', 'bob');
  nowMs += 2000;
  expect(tokens.verify(token)).toBeUndefined();
});

test('an account of the same name that was made anew is another', () => {
  const { token } = tokens.issue({ ...owner, serviceAccount: { name: 'bob', uid: 'older' } }, [], 600);
  expect(tokens.verify(token)).toBeUndefined();
});

test.each([
  ['signed with another key', signed(CLAIMS, 'HS256', Buffer.alloc(32, 8))],
  ['of another algorithm', signed(CLAIMS, 'none')],
  ['without a signature', signed(CLAIMS).replace(/[^.]*$/, '')],
  ['with more parts', `${signed(CLAIMS)}.x`],
  ['for others', signed({ ...CLAIMS, aud: ['vault'] })],
  ['without an end', signed({ ...CLAIMS, exp: undefined })],
  ['not yet good', signed({ ...CLAIMS, nbf: 1_800_000_090 })],
  ['of nobody', signed({ ...CLAIMS, 'kubernetes.io': {} })],
  ['whose claims are a text', signed('x')],
  ['that is none', 'nonsense'],
  ['that is endless', `${'a'.repeat(20_000)}.b.c`],
])('a token %s is nobody’s', (_, token) => {
  expect(tokens.verify(token)).toBeUndefined();
});
