import { randomBytes, type X509Certificate } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type CertificateRequest, issueCertificate } from './credentials/certificate.ts';
import {
  type CertifiedKey,
  formatCertifiedKey,
  type OpenedKey,
  openKey,
  parseCertifiedKey,
} from './credentials/certified-key.ts';
import { readIfThere, writePrivateFile } from './credentials/private-file.ts';

export type { CertifiedKey } from './credentials/certified-key.ts';

/** What the API server proves itself with, and what proves to it that it is the administrator who asks. */
export interface Credentials {
  /** The certificate of our own authority, as PEM: what clients trust, and who signed what the server trusts. */
  readonly authority: string;
  readonly server: CertifiedKey;
  /** `kubernetes-admin` of `system:masters`. */
  readonly admin: CertifiedKey;
  /** The administrator's as well, for clients without certificates. */
  readonly token: string;
}

export interface CredentialsOptions {
  /** Made with mode 0700 when it is not there; every file in it has mode 0600. */
  readonly dir: string;
  /** IPv4 addresses and DNS names of the server, beyond 127.0.0.1 and localhost. */
  readonly hosts?: readonly string[];
  readonly nowMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
const LEAF_DAYS = 365;
/** A certificate with less time than this is replaced. */
const RENEW_DAYS = 30;
/** Clocks of clients may be late. */
const BACKDATED_MS = 60 * 60 * 1000;

const AUTHORITY = { commonName: 'podproof-ca' } as const;
const ADMIN = { commonName: 'kubernetes-admin', organization: 'system:masters' } as const;
const SERVER = { commonName: 'podproof-apiserver' } as const;

/**
 * The credentials kept in `dir`, or new ones for what is missing, cannot be read, is about to expire or is not for
 * these hosts. As long as the authority stays, earlier kubeconfigs stay good.
 */
export async function openCredentials({ dir, hosts = [], nowMs }: CredentialsOptions): Promise<Credentials> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  const authority = await openKeyFile(join(dir, 'ca.pem'), nowMs, {
    subject: AUTHORITY,
    purpose: 'authority',
  });
  const leaves = [
    { subject: SERVER, purpose: 'server', hosts: ['127.0.0.1', 'localhost', ...hosts], authority },
    { subject: ADMIN, purpose: 'client', authority },
  ] as const;
  const [server, admin] = await Promise.all([
    openKeyFile(join(dir, 'server.pem'), nowMs, leaves[0]),
    openKeyFile(join(dir, 'admin.pem'), nowMs, leaves[1]),
  ]);
  return {
    authority: authority.certificate,
    server: { key: server.key, certificate: server.certificate },
    admin: { key: admin.key, certificate: admin.certificate },
    token: await openToken(join(dir, 'token')),
  };
}

interface KeyPurpose extends Pick<CertificateRequest, 'subject' | 'purpose' | 'hosts'> {
  /** Undefined: it signs itself. */
  readonly authority?: OpenedKey;
}

async function openKeyFile(path: string, nowMs: number, purpose: KeyPurpose): Promise<OpenedKey> {
  const text = await readIfThere(path);
  const kept = text === undefined ? undefined : parseCertifiedKey(text);
  if (kept !== undefined && isUsable(kept, purpose, nowMs)) return kept;
  const made = await makeKey(purpose, nowMs);
  await writePrivateFile(path, formatCertifiedKey(made));
  return made;
}

function isUsable(kept: OpenedKey, purpose: KeyPurpose, nowMs: number): boolean {
  const { x509 } = kept;
  const issuer = purpose.authority?.x509 ?? x509;
  return (
    Date.parse(x509.validTo) - nowMs > RENEW_DAYS * DAY_MS &&
    Date.parse(x509.validFrom) <= nowMs &&
    x509.ca === (purpose.purpose === 'authority') &&
    x509.verify(issuer.publicKey) &&
    (purpose.hosts ?? []).every((host) => isFor(x509, host))
  );
}

function isFor(x509: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? x509.checkHost(host) : x509.checkIP(host)) !== undefined;
}

async function makeKey({ authority, ...purpose }: KeyPurpose, nowMs: number): Promise<OpenedKey> {
  const days = authority === undefined ? AUTHORITY_DAYS : LEAF_DAYS;
  const made = await issueCertificate({
    ...purpose,
    authority,
    notBeforeMs: nowMs - BACKDATED_MS,
    notAfterMs: nowMs + days * DAY_MS,
  });
  return openKey(made);
}

/** What a token must look like to be believed: nobody edits one into something that can be guessed. */
const TOKEN = /^[\w-]{43}$/;

async function openToken(path: string): Promise<string> {
  const kept = (await readIfThere(path))?.trim() ?? '';
  if (TOKEN.test(kept)) return kept;
  const token = randomBytes(32).toString('base64url');
  await writePrivateFile(path, `${token}\n`);
  return token;
}
