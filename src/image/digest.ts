import { createHash, type Hash } from 'node:crypto';
import { PodproofError } from '../core/errors.ts';

/** A content digest as OCI writes it: `sha256:` and 64 hex digits, or `sha512:` and 128. */
export type Digest = string;

const hexLengths: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

export function isDigest(text: string): boolean {
  const match = /^(sha256|sha512):([0-9a-f]+)$/.exec(text);
  return match !== null && match[2]?.length === hexLengths[match[1] ?? ''];
}

/** The algorithm of a digest that `isDigest` holds for. */
export function algorithmOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'));
}

/** `sha256:abc` as a file name: `sha256-abc`. */
export function digestFileName(digest: Digest): string {
  if (!isDigest(digest)) throw new PodproofError('invalid', `not a digest: "${digest}"`);
  return digest.replace(':', '-');
}

export function hasherFor(digest: Digest): Hash {
  return createHash(algorithmOf(digest));
}

export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
