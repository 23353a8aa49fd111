import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { ObjectReader } from '../kube/object-api.ts';
import type { UserInfo } from './resource-kind.ts';

/** Who issues the tokens, and whom they are for when nothing else is asked. */
export const TOKEN_ISSUER = 'https://kubernetes.default.svc.cluster.local';

export interface TokenOwner {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  /** The token ends with it. */
  readonly bound?: { readonly kind: 'Pod' | 'Secret'; readonly name: string; readonly uid: string };
}

export interface ServiceAccountTokens {
  /** `expiresAt` in seconds since the epoch. */
  issue(
    owner: TokenOwner,
    audiences: readonly string[],
    seconds: number,
  ): { readonly token: string; readonly expiresAt: number };
  /** Undefined for what is no token of ours, has expired, is for others, or whose account or bound object is gone. */
  verify(token: string): UserInfo | undefined;
}

export interface TokenOptions {
  /** The key that also signs the tokens which pods find mounted. */
  readonly key: Uint8Array;
  readonly objects: ObjectReader;
  readonly now: () => number;
}

/** Signs and verifies Kubernetes' service account tokens: JWTs, with HMAC and SHA-256. */
export function serviceAccountTokens({ key, objects, now }: TokenOptions): ServiceAccountTokens {
  return {
    issue: (owner, audiences, seconds) => {
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = issuedAt + seconds;
      const payload = { ...claimsOf(owner, audiences), iat: issuedAt, nbf: issuedAt, exp: expiresAt };
      const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`;
      return { token: `${signed}.${signatureOf(signed, key).toString('base64url')}`, expiresAt };
    },
    verify: (token) => {
      const claims = readClaims(token, key);
      return claims === undefined ? undefined : userOf(claims, objects, now() / 1000);
    },
  };
}

function claimsOf(owner: TokenOwner, audiences: readonly string[]): object {
  const { namespace, serviceAccount, bound } = owner;
  return {
    aud: audiences.length === 0 ? [TOKEN_ISSUER] : audiences,
    iss: TOKEN_ISSUER,
    jti: randomUUID(),
    sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
    'kubernetes.io': {
      namespace,
      serviceaccount: serviceAccount,
      ...(bound && { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } }),
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signatureOf(signed: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(signed).digest();
}

type Claims = Readonly<Record<string, unknown>>;

/** No token that a client may send is longer. */
const MAX_TOKEN_LENGTH = 16 * 1024;

/** The claims of a token that was signed with this key, and by no other algorithm. */
function readClaims(token: string, key: Uint8Array): Claims | undefined {
  const [header = '', payload = '', signature = '', ...rest] =
    token.length > MAX_TOKEN_LENGTH ? [] : token.split('.');
  if (rest.length > 0 || signature === '') return undefined;
  const given = Buffer.from(signature, 'base64url');
  const wanted = signatureOf(`${header}.${payload}`, key);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  return parseObject(header)?.['alg'] === 'HS256' ? parseObject(payload) : undefined;
}

function parseObject(part: string): Claims | undefined {
  try {
    return asObject(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Claims | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- unknown below, field by field
  return typeof value === 'object' && value !== null ? (value as Claims) : undefined;
}

function userOf(claims: Claims, objects: ObjectReader, nowSeconds: number): UserInfo | undefined {
  const { exp, nbf, aud } = claims;
  if (typeof exp !== 'number' || exp <= nowSeconds || (typeof nbf === 'number' && nbf > nowSeconds + 60)) {
    return undefined;
  }
  if (!(Array.isArray(aud) ? aud : [aud]).includes(TOKEN_ISSUER)) return undefined;
  const details = asObject(claims['kubernetes.io']);
  const namespace = details?.['namespace'];
  const account = asObject(details?.['serviceaccount']);
  const name = account?.['name'];
  if (typeof namespace !== 'string' || typeof name !== 'string') return undefined;
  const stored = objects.get('ServiceAccount', namespace, name);
  if (stored === undefined || !isSame(stored.metadata.uid, account?.['uid'])) return undefined;
  const bound = boundObject(details, namespace, objects);
  if (bound === 'gone') return undefined;
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    ...(stored.metadata.uid !== undefined && { uid: stored.metadata.uid }),
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    ...(bound && { extra: bound }),
  };
}

/** Tokens that the node mounts leave the account's uid out. */
function isSame(stored: string | undefined, claimed: unknown): boolean {
  return claimed === undefined || claimed === stored;
}

const BOUND_KINDS = [
  ['pod', 'Pod'],
  ['secret', 'Secret'],
] as const;

/** The object that a token is bound to, as a user's `extra` tells it; `gone` when it is not there any more. */
function boundObject(
  details: Claims | undefined,
  namespace: string,
  objects: ObjectReader,
): UserInfo['extra'] | 'gone' {
  for (const [claim, kind] of BOUND_KINDS) {
    const bound = asObject(details?.[claim]);
    if (bound === undefined) continue;
    const { name, uid } = bound;
    const stored = typeof name === 'string' ? objects.get(kind, namespace, name) : undefined;
    if (stored === undefined || stored.metadata.uid !== uid) return 'gone';
    if (kind === 'Secret') return {};
    return {
      'authentication.kubernetes.io/pod-name': [String(name)],
      'authentication.kubernetes.io/pod-uid': [String(uid)],
    };
  }
  return {};
}
