/** One entry of a tar archive as a test writes it; hostile ones as well, so nothing is checked. */
export interface TestEntry {
  /** One byte per character when it is not ASCII. */
  readonly path: string;
  readonly type?: 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';
  /** A type flag that has no name above. */
  readonly typeFlag?: string;
  readonly content?: string | Uint8Array;
  readonly linkPath?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly major?: number;
  readonly minor?: number;
  readonly xattrs?: Readonly<Record<string, string | Uint8Array>>;
  /** What the header says when it lies. */
  readonly announcedSize?: number;
  /** Long names by GNU's extension instead of PAX records. */
  readonly gnu?: boolean;
}

const flags: Readonly<Record<string, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** A tar archive of the entries, with its end. */
export function writeTar(entries: readonly TestEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(entryBlocks), Buffer.alloc(1024)]);
}

function entryBlocks(entry: TestEntry): readonly Buffer[] {
  const content = entry.content === undefined ? Buffer.alloc(0) : bytesOf(entry.content);
  const flag = entry.typeFlag ?? flags[entry.type ?? 'file'] ?? '0';
  return [
    ...extensions(entry),
    header(entry, flag, entry.announcedSize ?? content.length),
    ...padded(content),
  ];
}

function isLong(text: string | undefined): boolean {
  return text !== undefined && text.length > 100;
}

function extensions(entry: TestEntry): readonly Buffer[] {
  if (entry.gnu === true) {
    const longName = (flag: string, text: string): readonly Buffer[] => {
      const body = Buffer.from(`${text}\0`, 'latin1');
      return [header({ path: '././@LongLink' }, flag, body.length), ...padded(body)];
    };
    return [
      ...(isLong(entry.path) ? longName('L', entry.path) : []),
      ...(isLong(entry.linkPath) ? longName('K', entry.linkPath ?? '') : []),
    ];
  }
  const records: Buffer[] = [];
  if (isLong(entry.path)) records.push(paxRecord('path', Buffer.from(entry.path, 'latin1')));
  if (isLong(entry.linkPath))
    records.push(paxRecord('linkpath', Buffer.from(entry.linkPath ?? '', 'latin1')));
  if ((entry.uid ?? 0) > 0o7777777) records.push(paxRecord('uid', Buffer.from(String(entry.uid))));
  if (entry.mtime !== undefined && !Number.isInteger(entry.mtime))
    records.push(paxRecord('mtime', Buffer.from(String(entry.mtime))));
  for (const [name, value] of Object.entries(entry.xattrs ?? {}))
    records.push(paxRecord(`SCHILY.xattr.${name}`, bytesOf(value)));
  const body = Buffer.concat(records);
  return body.length === 0 ? [] : [header({ path: 'PaxHeaders/x' }, 'x', body.length), ...padded(body)];
}

export function paxRecord(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function header(entry: TestEntry, flag: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void => {
    if (value >= 8 ** (length - 1)) {
      // GNU's base-256 for what octal digits cannot hold.
      block.writeUInt8(0x80, at);
      block.writeBigUInt64BE(BigInt(value), at + length - 8);
      return;
    }
    const fits = Math.max(0, Math.trunc(value))
      .toString(8)
      .slice(-(length - 1));
    block.write(fits.padStart(length - 1, '0'), at, 'latin1');
  };
  block.write(entry.path.slice(0, 100), 0, 'latin1');
  octal(entry.mode ?? (flag === '5' ? 0o755 : 0o644), 100, 8);
  octal((entry.uid ?? 0) > 0o7777777 ? 0 : (entry.uid ?? 0), 108, 8);
  octal(entry.gid ?? 0, 116, 8);
  octal(sizeBytes, 124, 12);
  octal(entry.mtime ?? 0, 136, 12);
  block.write(flag, 156, 'latin1');
  block.write((entry.linkPath ?? '').slice(0, 100), 157, 'latin1');
  block.write(entry.gnu === true ? 'ustar  \0' : 'ustar\u000000', 257, 'latin1');
  octal(entry.major ?? 0, 329, 8);
  octal(entry.minor ?? 0, 337, 8);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padded(content: Buffer): readonly Buffer[] {
  const rest = (512 - (content.length % 512)) % 512;
  return [content, Buffer.alloc(rest)];
}

function bytesOf(content: string | Uint8Array): Buffer {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
}
