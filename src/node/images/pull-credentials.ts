import type { Reference } from '../../image/reference.ts';
import type { Credentials } from '../../image/registry-options.ts';
import type { Secret } from '../../kube/references.ts';
import { secretData } from '../object-data.ts';

/**
 * What image pull secrets have for an image, the closest entry first (`kubernetes.io/dockerconfigjson` and
 * `kubernetes.io/dockercfg`; secrets of other types have nothing). Throws for a secret that cannot be read.
 */
export function pullCredentials(
  { domain, repository }: Pick<Reference, 'domain' | 'repository'>,
  secrets: readonly Secret[],
): readonly Credentials[] {
  const host = domain === 'docker.io' ? hubHost : domain;
  return secrets
    .flatMap(entriesOf)
    .filter(({ place }) => covers(place, host, repository))
    .sort((left, right) => (left.place < right.place ? 1 : left.place > right.place ? -1 : 0))
    .map(({ credentials }) => credentials);
}

/** Docker's hub in every `config.json`: `https://index.docker.io/v1/`. */
const hubHost = 'index.docker.io';

interface Entry {
  /** Host, and below it a path if the entry is for a part of the registry: `*.example.com/team`. */
  readonly place: string;
  readonly credentials: Credentials;
}

function entriesOf(secret: Secret): readonly Entry[] {
  const auths = authsOf(secret);
  return Object.entries(auths).flatMap(([key, value]) => {
    const credentials = credentialsOf(value);
    return credentials === undefined ? [] : [{ place: placeOf(key), credentials }];
  });
}

function authsOf(secret: Secret): Readonly<Record<string, unknown>> {
  const data = secretData(secret);
  const config = data.get('.dockerconfigjson');
  if (secret.type === 'kubernetes.io/dockerconfigjson' && config !== undefined)
    return asObject(asObject(parse(secret, config))['auths']);
  const old = data.get('.dockercfg');
  return secret.type === 'kubernetes.io/dockercfg' && old !== undefined ? asObject(parse(secret, old)) : {};
}

/** What JSON.parse says of a broken text quotes it: a secret stays out of events. */
function parse(secret: Secret, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Error(`image pull secret "${secret.metadata.name ?? ''}" has no valid JSON`);
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function credentialsOf(value: unknown): Credentials | undefined {
  const { auth, username, password, identitytoken } = asObject(value);
  if (typeof identitytoken === 'string' && identitytoken !== '')
    return { kind: 'identity-token', token: identitytoken };
  if (typeof username === 'string' && typeof password === 'string' && username !== '')
    return { kind: 'password', username, password };
  if (typeof auth !== 'string') return undefined;
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** Without scheme, and without the version of the API that old entries end with. */
function placeOf(key: string): string {
  const [, host = '', path = ''] = /^(?:https?:\/\/)?([^/]*)(.*)$/s.exec(key) ?? [];
  const rest = path.replace(/^\/v[12](?=\/|$)/, '');
  // By hand: an expression that looks for the last slashes begins anew at each of them.
  let end = rest.length;
  while (rest[end - 1] === '/') end -= 1;
  return host + rest.slice(0, end);
}

/** Hosts by their parts, each of which may have `*`; paths by their beginning. */
function covers(place: string, host: string, repository: string): boolean {
  const slash = place.indexOf('/');
  const [placeHost, path] = slash < 0 ? [place, ''] : [place.slice(0, slash), place.slice(slash + 1)];
  if (path !== '' && repository !== path && !repository.startsWith(`${path}/`)) return false;
  const wanted = placeHost.split(/[.:]/);
  const parts = host.split(/[.:]/);
  return (
    wanted.length === parts.length && wanted.every((glob, index) => matchesGlob(glob, parts[index] ?? ''))
  );
}

function matchesGlob(glob: string, text: string): boolean {
  const pieces = glob.split('*');
  if (pieces.length === 1) return glob === text;
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let rest = text.slice(first.length, text.length - last.length);
  for (const piece of pieces.slice(1, -1)) {
    const found = rest.indexOf(piece);
    if (found < 0) return false;
    rest = rest.slice(found + piece.length);
  }
  return true;
}
