import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** LMDB's two meta pages, little-endian: where in one its fields stand. */
const MAGIC = { at: 24, value: 0xbeefc0de };
const PAGE_SIZE = { at: 48, atLeast: 512, atMost: 65_536 };
/** Of the free list and of the records. */
const ROOTS = [88, 136];
const TRANSACTION = 152;
const META_BYTES = 160;
const NO_PAGE = 2n ** 64n - 1n;

/**
 * Throws when a file cannot be an LMDB database, or has lost its end: the library does not return from opening such a
 * one. A file that is not there or empty is as good as new.
 */
export function checkDatabaseFile(path: string): 'new' | 'used' {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'new';
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    if (size === 0) return 'new';
    checkMetaPages(file, size);
    return 'used';
  } finally {
    closeSync(file);
  }
}

function checkMetaPages(file: number, size: number): void {
  const first = metaAt(file, 0);
  const pageSize = first.readUInt32LE(PAGE_SIZE.at);
  if (pageSize < PAGE_SIZE.atLeast || pageSize > PAGE_SIZE.atMost) throw new Error('it is no database');
  const second = metaAt(file, pageSize);
  const isSecondNewer = second.readBigUInt64LE(TRANSACTION) > first.readBigUInt64LE(TRANSACTION);
  const newest = isSecondNewer ? second : first;
  for (const at of ROOTS) {
    const page = newest.readBigUInt64LE(at);
    if (page !== NO_PAGE && (page + 1n) * BigInt(pageSize) > BigInt(size)) {
      throw new Error(`it has lost its end: it has ${size} bytes`);
    }
  }
}

function metaAt(file: number, position: number): Buffer {
  const meta = Buffer.alloc(META_BYTES);
  const length = readSync(file, meta, 0, META_BYTES, position);
  if (length < META_BYTES || meta.readUInt32LE(MAGIC.at) !== MAGIC.value)
    throw new Error('it is no database');
  return meta;
}
