import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';

/** A private key with its certificate, as PEM. */
export interface CertifiedKey {
  readonly key: string;
  readonly certificate: string;
}

/** The same, ready for use. */
export interface OpenedKey extends CertifiedKey {
  readonly privateKey: KeyObject;
  readonly x509: X509Certificate;
}

export function newPrivateKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

export function openKey(privateKey: KeyObject, certificate: string): OpenedKey {
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, certificate, privateKey, x509: new X509Certificate(certificate) };
}

/** Key and certificate stand in one file, so that no crash can leave a pair that does not belong together. */
export function formatCertifiedKey({ key, certificate }: CertifiedKey): string {
  return key + certificate;
}

/** Undefined for text that is not a key followed by its own certificate. */
export function parseCertifiedKey(text: string): OpenedKey | undefined {
  try {
    const opened = openKey(createPrivateKey(text), text.slice(text.indexOf('-----BEGIN CERTIFICATE-----')));
    return opened.x509.publicKey.equals(createPublicKey(opened.privateKey)) ? opened : undefined;
  } catch {
    return undefined;
  }
}
