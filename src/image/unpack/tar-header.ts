import { PodproofError } from '../../core/errors.ts';

/**
 * What a tar entry says of itself. File names on Linux are bytes: every text here holds one byte per character
 * (latin1), so that names which are not UTF-8 survive.
 */
export interface TarEntry {
  readonly type: TarEntryType;
  readonly path: string;
  readonly linkPath: string;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  readonly major: number;
  readonly minor: number;
  readonly xattrs: ReadonlyMap<string, Buffer>;
}

export type TarEntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';

export const blockBytes = 512;

const entryTypes: Readonly<Record<string, TarEntryType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};

/** The raw header block, checked by its checksum. */
export interface RawHeader {
  readonly typeFlag: string;
  readonly sizeBytes: number;
  readonly block: Buffer;
}

export function decodeRawHeader(block: Buffer): RawHeader {
  let sum = 0;
  for (let i = 0; i < blockBytes; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0);
  if (numberAt(block, 148, 8, 'checksum') !== sum)
    throw new PodproofError('invalid', 'a tar header has a wrong checksum (not a tar archive?)');
  return {
    typeFlag: String.fromCharCode(block[156] ?? 0),
    sizeBytes: numberAt(block, 124, 12, 'size'),
    block,
  };
}

/** The entry that a header block and the extensions before it (PAX records, GNU long names) make together. */
export function buildEntry(
  raw: RawHeader,
  pax: ReadonlyMap<string, Buffer>,
  long: { readonly path?: string; readonly linkPath?: string },
): TarEntry {
  const { block } = raw;
  const type = entryTypes[raw.typeFlag];
  const path = textOf(pax, 'path') ?? long.path ?? ustarPath(block);
  if (type === undefined || [...pax.keys()].some((key) => key.startsWith('GNU.sparse.')))
    throw unsupportedType(path, raw.typeFlag, type !== undefined);
  const isOldDirectory = type === 'file' && path.endsWith('/');
  return {
    type: isOldDirectory ? 'directory' : type,
    path,
    linkPath: textOf(pax, 'linkpath') ?? long.linkPath ?? textAt(block, 157, 100),
    mode: numberAt(block, 100, 8, 'mode') & 0o7777,
    uid: idOf(pax, 'uid') ?? numberAt(block, 108, 8, 'uid'),
    gid: idOf(pax, 'gid') ?? numberAt(block, 116, 8, 'gid'),
    // As Go's reader: only files have a body, whatever the header of a link or a directory says.
    sizeBytes: type === 'file' && !isOldDirectory ? (idOf(pax, 'size') ?? raw.sizeBytes) : 0,
    mtimeSeconds: timeOf(pax) ?? numberAt(block, 136, 12, 'mtime', true),
    major: type === 'character' || type === 'block' ? numberAt(block, 329, 8, 'devmajor') : 0,
    minor: type === 'character' || type === 'block' ? numberAt(block, 337, 8, 'devminor') : 0,
    xattrs: xattrsOf(pax),
  };
}

/** PAX records: `LENGTH KEY=VALUE\n`, the length counting itself. An empty value takes the key back. */
export function decodePax(body: Buffer): ReadonlyMap<string, Buffer> {
  const records = new Map<string, Buffer>();
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(0x20, at);
    const lengthText = space < 0 ? '' : body.toString('latin1', at, space);
    const length = /^[0-9]{1,9}$/.test(lengthText) ? Number(lengthText) : 0;
    const end = at + length;
    const equals = body.indexOf(0x3d, space);
    if (length === 0 || end > body.length || body[end - 1] !== 0x0a || equals < 0 || equals >= end)
      throw new PodproofError('invalid', 'a PAX header is malformed');
    const key = body.toString('latin1', space + 1, equals);
    const value = Buffer.from(body.subarray(equals + 1, end - 1));
    if (value.length === 0) records.delete(key);
    else records.set(key, value);
    at = end;
  }
  return records;
}

function unsupportedType(path: string, typeFlag: string, isSparse: boolean): PodproofError {
  const type =
    isSparse || typeFlag === 'S' ? 'a GNU sparse file' : `of the unknown type ${JSON.stringify(typeFlag)}`;
  return new PodproofError('unsupported', `entry "${shownPath(path)}" is ${type}`);
}

/** A path of one byte per character as text for people. */
export function shownPath(path: string): string {
  const text = Buffer.from(path, 'latin1').toString('utf8');
  const short = text.length > 200 ? `${text.slice(0, 200)}...` : text;
  return JSON.stringify(short).slice(1, -1);
}

function ustarPath(block: Buffer): string {
  const name = textAt(block, 0, 100);
  if (block.toString('latin1', 257, 263) !== 'ustar\0') return name;
  // Joerg Schilling's star keeps times behind a shorter prefix, and signs at the end.
  const prefixBytes = block.toString('latin1', 508, 512) === 'tar\0' ? 131 : 155;
  const prefix = textAt(block, 345, prefixBytes);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textAt(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start);
  return block.toString('latin1', start, end < 0 || end > start + length ? start + length : end);
}

function numberAt(block: Buffer, start: number, length: number, what: string, mayBeNegative = false): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0) return binaryNumber(block.subarray(start, start + length), what, mayBeNegative);
  const text = block
    .toString('latin1', start, start + length)
    .replace(/\0.*$/s, '')
    .trim();
  if (text === '') return 0;
  if (!/^[0-7]+$/.test(text)) throw new PodproofError('invalid', `a tar header has a malformed ${what}`);
  return Number.parseInt(text, 8);
}

/** GNU's base-256: the top bit marks it, the next one is the sign of a two's complement. */
function binaryNumber(field: Buffer, what: string, mayBeNegative: boolean): number {
  const isNegative = ((field[0] ?? 0) & 0x40) !== 0;
  let value = isNegative ? -1n : 0n;
  field.forEach((byte, i) => {
    value = (value << 8n) | BigInt(i === 0 ? (isNegative ? byte : byte & 0x7f) : byte);
  });
  const number = Number(value);
  if (!Number.isSafeInteger(number) || (isNegative && !mayBeNegative))
    throw new PodproofError('invalid', `a tar header has a ${what} out of range`);
  return number;
}

function textOf(pax: ReadonlyMap<string, Buffer>, key: string): string | undefined {
  const value = pax.get(key)?.toString('latin1');
  if (value?.includes('\0') === true)
    throw new PodproofError('invalid', `the PAX record "${key}" holds a NUL`);
  return value;
}

function idOf(pax: ReadonlyMap<string, Buffer>, key: string): number | undefined {
  const text = pax.get(key)?.toString('latin1');
  if (text === undefined) return undefined;
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw new PodproofError('invalid', `the PAX record "${key}" is not a number`);
  return value;
}

function timeOf(pax: ReadonlyMap<string, Buffer>): number | undefined {
  const text = pax.get('mtime')?.toString('latin1');
  if (text === undefined) return undefined;
  if (!/^-?[0-9]{1,15}(?:\.[0-9]*)?$/.test(text))
    throw new PodproofError('invalid', 'the PAX record "mtime" is not a time');
  return Number.parseFloat(text);
}

const xattrPrefix = 'SCHILY.xattr.';
const noXattrs: ReadonlyMap<string, Buffer> = new Map();

function xattrsOf(pax: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> {
  if (pax.size === 0) return noXattrs;
  const found = [...pax].filter(([key]) => key.startsWith(xattrPrefix));
  return new Map(found.map(([key, value]) => [key.slice(xattrPrefix.length), value]));
}
