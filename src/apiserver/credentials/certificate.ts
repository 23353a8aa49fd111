import { isIP } from 'node:net';
import type { CertifiedKey } from './certified-key.ts';

/** Who a certificate is for: Kubernetes reads the user from CN and the groups from O. */
export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
}

export interface CertificateRequest {
  readonly subject: Subject;
  /** Who signs; undefined: it signs itself. */
  readonly authority: CertifiedKey | undefined;
  readonly purpose: 'authority' | 'server' | 'client';
  /** Addresses and DNS names of a server. */
  readonly hosts?: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** A new P-256 key with its X.509 certificate, signed with ECDSA and SHA-256. */
export async function issueCertificate(request: CertificateRequest): Promise<CertifiedKey> {
  // It takes 120 ms to load, and is wanted once a year.
  const { generate } = (await import('selfsigned')).default;
  const { subject, authority, purpose, hosts = [] } = request;
  const isAuthority = purpose === 'authority';
  const { organization } = subject;
  const made = await generate(
    [
      ...(organization === undefined ? [] : [{ name: 'organizationName', value: organization }]),
      { name: 'commonName', value: subject.commonName },
    ],
    {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      notBeforeDate: new Date(request.notBeforeMs),
      notAfterDate: new Date(request.notAfterMs),
      ...(authority && { ca: { key: authority.key, cert: authority.certificate } }),
      extensions: [
        { name: 'basicConstraints', cA: isAuthority, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyCertSign: isAuthority, critical: true },
        ...(isAuthority
          ? []
          : [
              {
                name: 'extKeyUsage' as const,
                serverAuth: purpose === 'server',
                clientAuth: purpose === 'client',
              },
            ]),
        ...(hosts.length === 0 ? [] : [{ name: 'subjectAltName' as const, altNames: hosts.map(altName) }]),
      ],
    },
  );
  return { key: asLines(made.private), certificate: asLines(made.cert) };
}

/** PEM ends with a newline, so that one can follow another. */
function asLines(pem: string): string {
  return `${pem.replaceAll('\r', '').trimEnd()}\n`;
}

function altName(
  host: string,
): { readonly type: 7; readonly ip: string } | { readonly type: 2; readonly value: string } {
  return isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host };
}
