import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod } from '../../kube/pod.ts';
import type { ObjectLookup } from '../../kube/references.ts';
import { readSigningKey } from '../signing-key.ts';
import type { PayloadFile } from './payload.ts';
import { namespaceOf, type VolumeContext } from './prepared-volume.ts';

const issuer = 'https://kubernetes.default.svc.cluster.local';
const defaultSeconds = 3607;

interface TokenSource {
  readonly audience?: string;
  readonly expirationSeconds?: number;
}

/**
 * A token of the shape that Kubernetes issues (JWT, the same claims), signed with a key of this machine's own. No API
 * answers to it: it is there so that what a container can read is what it could read on a cluster.
 */
export async function serviceAccountTokenFile(
  context: VolumeContext,
  source: TokenSource & { readonly path: string },
  defaultMode: number,
  root?: string,
): Promise<PayloadFile> {
  const kept =
    root === undefined ? undefined : await freshToken(join(root, source.path), context.clock.now());
  const token = kept ?? (await newToken(context, source));
  const owner = tokenOwner(context.pod);
  return {
    path: source.path,
    data: Buffer.from(token, 'utf8'),
    mode: tokenMode(context.pod, defaultMode),
    ...(owner === undefined ? {} : { owner }),
  };
}

async function newToken(context: VolumeContext, source: TokenSource): Promise<string> {
  const key = await readSigningKey(context.libDir);
  return signToken(claims(context, source), key);
}

/** What the volume holds already, until four fifths of its time are over: then the kubelet replaces it. */
async function freshToken(path: string, now: number): Promise<string | undefined> {
  try {
    const token = await readFile(path, 'utf8');
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof payload !== 'object' || payload === null || !('iat' in payload) || !('exp' in payload))
      return undefined;
    const [issuedAt, expiresAt] = [Number(payload.iat), Number(payload.exp)];
    return now / 1000 < issuedAt + (expiresAt - issuedAt) * 0.8 ? token : undefined;
  } catch {
    return undefined;
  }
}

function claims(context: VolumeContext, source: TokenSource): unknown {
  const { pod } = context;
  const issuedAt = Math.floor(context.clock.now() / 1000);
  const account = pod.spec.serviceAccountName ?? 'default';
  const namespace = namespaceOf(context);
  return {
    aud: [source.audience ?? issuer],
    exp: issuedAt + (source.expirationSeconds ?? defaultSeconds),
    iat: issuedAt,
    nbf: issuedAt,
    iss: issuer,
    jti: randomUUID(),
    sub: `system:serviceaccount:${namespace}:${account}`,
    'kubernetes.io': {
      namespace,
      pod: { name: pod.metadata.name, uid: pod.metadata.uid },
      serviceaccount: { name: account },
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signToken(payload: unknown, key: Buffer): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** The user that all containers share, when there is one: the token is then that user's, and with fsGroup that group's. */
function tokenOwner(pod: Pod): number | undefined {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const users = new Set(
    containers.map(
      ({ securityContext }) => securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser,
    ),
  );
  const [user] = users;
  return users.size === 1 ? user : undefined;
}

/** The kubelet's: 0600 for a common user or with fsGroup (whose walk adds the group's bits), else as asked for. */
function tokenMode(pod: Pod, defaultMode: number): number {
  const isPrivate = pod.spec.securityContext?.fsGroup !== undefined || tokenOwner(pod) !== undefined;
  return isPrivate ? 0o600 : defaultMode;
}

/** What a cluster has in every namespace: the ConfigMap with the API server's certificate, here without one. */
export function clusterRootConfigMap({ lookup }: Pick<VolumeContext, 'lookup'>): ObjectLookup {
  const name = 'kube-root-ca.crt';
  return {
    configMap: (namespace, wanted) =>
      lookup.configMap(namespace, wanted) ??
      (wanted === name
        ? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { 'ca.crt': '' } }
        : undefined),
    secret: (namespace, wanted) => lookup.secret(namespace, wanted),
    serviceAccount: (namespace, wanted) => lookup.serviceAccount(namespace, wanted),
    persistentVolumeClaim: (namespace, wanted) => lookup.persistentVolumeClaim(namespace, wanted),
    namespace: (wanted) => lookup.namespace(wanted),
  };
}
