import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts';

/** Who a certificate is for: Kubernetes reads the user from CN and the groups from O. */
export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
}

export interface CertificateRequest {
  readonly subject: Subject;
  /** The key that is certified. */
  readonly key: KeyObject;
  readonly issuer: Subject;
  /** The key that signs. */
  readonly issuerKey: KeyObject;
  readonly purpose: 'authority' | 'server' | 'client';
  /** IPv4 addresses and DNS names of a server. */
  readonly hosts?: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** digitalSignature is bit 0, keyCertSign bit 5, cRLSign bit 6. */
const keyUsages = {
  authority: bitString(Uint8Array.of(0b1000_0110), 1),
  server: bitString(Uint8Array.of(0b1000_0000), 7),
  client: bitString(Uint8Array.of(0b1000_0000), 7),
} as const;

/**
 * An X.509 v3 certificate as PEM, signed with ECDSA and SHA-256. Written here because a package for it takes 140 ms and
 * 15 MB to load, in a process that is to be ready in less than a second.
 */
export function issueCertificate(request: CertificateRequest): string {
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256));
  const content = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(serialNumber()),
    algorithm,
    distinguishedName(request.issuer),
    sequence(time(request.notBeforeMs), time(request.notAfterMs)),
    distinguishedName(request.subject),
    publicKeyInfo(request.key),
    explicit(3, sequence(...extensions(request))),
  );
  const signature = sign('sha256', content, { key: request.issuerKey, dsaEncoding: 'der' });
  const lines =
    sequence(content, algorithm, bitString(signature))
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Positive and never zero. */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function distinguishedName({ organization, commonName }: Subject): Buffer {
  return sequence(
    ...(organization === undefined ? [] : [attribute(OID.organization, organization)]),
    attribute(OID.commonName, commonName),
  );
}

function attribute(oid: string, value: string): Buffer {
  return set(sequence(objectIdentifier(oid), utf8String(value)));
}

function extensions({ purpose, key, issuerKey, hosts = [] }: CertificateRequest): readonly Buffer[] {
  const isAuthority = purpose === 'authority';
  const usage = purpose === 'server' ? OID.serverAuth : OID.clientAuth;
  return [
    extension(OID.basicConstraints, sequence(...(isAuthority ? [boolean(true)] : [])), true),
    extension(OID.keyUsage, keyUsages[purpose], true),
    ...(isAuthority ? [] : [extension(OID.extendedKeyUsage, sequence(objectIdentifier(usage)))]),
    extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(key))),
    extension(OID.authorityKeyIdentifier, sequence(implicit(0, keyIdentifier(issuerKey)))),
    ...(hosts.length === 0 ? [] : [extension(OID.subjectAltName, sequence(...hosts.map(generalName)))]),
  ];
}

function extension(oid: string, value: Buffer, isCritical = false): Buffer {
  return sequence(objectIdentifier(oid), ...(isCritical ? [boolean(true)] : []), octetString(value));
}

function generalName(host: string): Buffer {
  if (isIPv4(host)) return implicit(7, Uint8Array.from(host.split('.').map(Number)));
  return implicit(2, Buffer.from(host, 'latin1'));
}

function publicKeyInfo(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

/** RFC 5280, 4.2.1.2, method 1: of the key's bits, which for P-256 are the last 65 bytes of its description. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1').update(publicKeyInfo(key).subarray(-65)).digest();
}
