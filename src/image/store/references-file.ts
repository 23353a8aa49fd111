import { join } from 'node:path';
import { messageOf, PodproofError } from '../../core/errors.ts';
import { isJsonObject } from '../config.ts';
import { type Digest, isDigest } from '../digest.ts';
import { formatReference, parseReference } from '../reference.ts';
import { readOptional, writeAtomically } from './json-file.ts';

export interface StoredReference {
  /** Canonical; for an image without a name, its digest. */
  readonly name: string;
  readonly manifest: Digest;
  /** What the name stood for where it came from: an index, or the manifest itself. */
  readonly top: Digest;
  readonly loadedAt: string;
}

const fileName = 'references.json';
const fileVersion = 1;

/** All names of the store, by name. */
export function readReferences(storeDir: string): readonly StoredReference[] {
  const path = join(storeDir, fileName);
  const bytes = readOptional(path);
  if (bytes === undefined) return [];
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isJsonObject(json) || json['version'] !== fileVersion || !Array.isArray(json['references']))
      throw new PodproofError('invalid', 'it is of another version');
    return json['references'].map(decodeStored);
  } catch (error) {
    throw new PodproofError('invalid', `cannot read image store "${path}": ${messageOf(error)}`, {
      cause: error,
      advice: `remove "${storeDir}" and load the images again`,
    });
  }
}

/** To be called under the store's lock. */
export function writeReferences(storeDir: string, references: readonly StoredReference[]): void {
  const sorted = [...references].sort((a, b) => (a.name < b.name ? -1 : 1));
  const text = JSON.stringify({ version: fileVersion, references: sorted }, undefined, 2);
  writeAtomically(join(storeDir, fileName), Buffer.from(`${text}\n`));
}

/**
 * The stored image that a user means: a name as Docker normalises it; a name with a digest, which must be the image's or its
 * index's; a digest alone, whole or at least 12 digits of it.
 */
export function matchReference(
  stored: readonly StoredReference[],
  text: string,
): StoredReference | undefined {
  if (isDigest(text)) return stored.find((it) => it.manifest === text || it.top === text);
  const wanted = tryParse(text);
  const named = wanted === undefined ? undefined : matchName(stored, wanted);
  if (named !== undefined || !/^[0-9a-f]{12,64}$/.test(text)) return named;
  const prefix = `sha256:${text}`;
  return stored.find((it) => it.manifest.startsWith(prefix) || it.top.startsWith(prefix));
}

function matchName(
  stored: readonly StoredReference[],
  wanted: ReturnType<typeof parseReference>,
): StoredReference | undefined {
  const { digest } = wanted;
  if (digest === undefined) {
    const name = formatReference(wanted);
    return stored.find((it) => it.name === name);
  }
  const repository = `${wanted.domain}/${wanted.repository}`;
  return stored.find(
    (it) =>
      (it.manifest === digest || it.top === digest) &&
      (it.name.startsWith(`${repository}:`) || it.name.startsWith(`${repository}@`)),
  );
}

function tryParse(text: string): ReturnType<typeof parseReference> | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (/^[0-9a-f]{64}$/.test(text)) return undefined;
    throw error;
  }
}

function decodeStored(value: unknown): StoredReference {
  const json = isJsonObject(value) ? value : {};
  const { name, manifest, top, loadedAt } = json;
  if (
    typeof name !== 'string' ||
    typeof manifest !== 'string' ||
    typeof top !== 'string' ||
    typeof loadedAt !== 'string'
  )
    throw new PodproofError('invalid', 'an entry is malformed');
  return { name, manifest, top, loadedAt };
}
