import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';

/** A private key with its certificate, as PEM. */
export interface CertifiedKey {
  readonly key: string;
  readonly certificate: string;
}

/** The same, its certificate read. */
export interface OpenedKey extends CertifiedKey {
  readonly x509: X509Certificate;
}

/** Throws for text that is no certificate. */
export function openKey({ key, certificate }: CertifiedKey): OpenedKey {
  return { key, certificate, x509: new X509Certificate(certificate) };
}

/** Key and certificate stand in one file, so that no crash can leave a pair that does not belong together. */
export function formatCertifiedKey({ key, certificate }: CertifiedKey): string {
  return key + certificate;
}

/** Undefined for text that is not a key followed by its own certificate. */
export function parseCertifiedKey(text: string): OpenedKey | undefined {
  try {
    const start = text.indexOf('-----BEGIN CERTIFICATE-----');
    const opened = openKey({ key: text.slice(0, start), certificate: text.slice(start) });
    return opened.x509.publicKey.equals(createPublicKey(createPrivateKey(opened.key))) ? opened : undefined;
  } catch {
    return undefined;
  }
}
