import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileTextOptions, readFileText } from './read-file-text.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-text-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function written(content: string | Uint8Array): string {
  const path = join(dir, 'a.yaml');
  writeFileSync(path, content);
  return path;
}

function read(path: string, options: Partial<FileTextOptions> = {}): unknown {
  return readFileText(path, { explicit: true, ...options });
}

/** Files that the user named, and files that were found, are read in two ways. */
const EITHER = [{ explicit: true }, { explicit: false }];

describe.each(EITHER)('the text of a file (%j)', ({ explicit }) => {
  const readEither = (path: string): unknown => read(path, { explicit });

  it.each([
    ['ASCII', 'kind: Pod\n'],
    ['all of Unicode', 'name: \u00e9\u20ac\u{1F600}\n'],
    ['nothing', ''],
    ['just what the buffer holds', 'a'.repeat(64 * 1024)],
    ['more than the buffer holds', `${'b'.repeat(300_000)}\u20ac`],
  ])('is that of %s', (_, text) => {
    expect(readEither(written(text))).toEqual({ text });
  });

  it('is without the byte order mark', () => {
    expect(readEither(written('\uFEFFkind: Pod'))).toEqual({ text: 'kind: Pod' });
  });

  it('does not change when the next file is read', () => {
    const first = readEither(written('first, and longer than the other'));
    readEither(written('second'));
    expect(first).toEqual({ text: 'first, and longer than the other' });
  });

  it('is read through a link, and of a file that does not know its size', () => {
    symlinkSync(written('kind: Pod'), join(dir, 'link'));
    expect(readEither(join(dir, 'link'))).toEqual({ text: 'kind: Pod' });
    expect(readEither('/proc/self/stat')).toEqual({ text: expect.stringContaining('node') });
  });
});

it('a file that is given in small pieces is read to its end', () => {
  const text = readFileSync('/proc/kallsyms', 'utf8');
  expect(read('/proc/kallsyms', { explicit: false })).toEqual({ text });
});

describe.each(EITHER)('a file without a text (%j)', ({ explicit }) => {
  it.each([
    ['is not UTF-8', [0x61, 0x3a, 0x20, 0xff, 0x0a], 'not UTF-8: invalid byte at offset 3'],
    ['ends inside a character', [0x61, 0xc3, 0xa9, 0xe2, 0x82], 'not UTF-8: invalid byte at offset 3'],
    ['is UTF-16', [0xff, 0xfe, 0x61, 0x00], 'not UTF-8: it starts with the byte order mark of UTF-16'],
    ['is a program', [0x7f, 0x45, 0x4c, 0x46, 0x02, 0x00, 0xff], 'not UTF-8: it is a binary file'],
  ])('says that it %s', (_, bytes, problem) => {
    expect(read(written(Uint8Array.from(bytes)), { explicit })).toEqual({ problem });
  });

  it('says what it is instead', async () => {
    mkdirSync(join(dir, 'd'));
    symlinkSync('loop', join(dir, 'loop'));
    const server = createServer().listen(join(dir, 's'));
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      expect(read(join(dir, 'd'), { explicit })).toEqual({ problem: 'it is a directory' });
      expect(read(join(dir, 's'), { explicit })).toEqual({ problem: 'it is a socket' });
      expect(read(join(dir, 'loop'), { explicit })).toEqual({ problem: 'too many levels of symbolic links' });
      expect(read(join(dir, 'gone'), { explicit })).toEqual({ problem: 'no such file or directory' });
      expect(read(join(dir, 'd/../s/x'), { explicit })).toEqual({
        problem: 'a part of the path is not a directory',
      });
      expect(read(join(dir, 'n'.repeat(300)), { explicit })).toEqual({ problem: 'the path is too long' });
    } finally {
      server.close();
    }
  });

  it('is not read when it is too large, however it grew', () => {
    const problem = 'larger than 1000 B, the most that is read';
    const path = written('a'.repeat(1001));
    expect(read(path, { explicit, maxFileBytes: 1000 })).toEqual({ problem });
    truncateSync(path, 1000);
    expect(read(path, { explicit, maxFileBytes: 1000 })).toEqual({ text: 'a'.repeat(1000) });
    truncateSync(path, 3 * 1024 ** 3);
    expect(read(path, { explicit })).toEqual({ problem: 'larger than 64 MiB, the most that is read' });
    appendFileSync(path, 'a');
    expect(read('/dev/zero', { maxFileBytes: 100_000 })).toEqual({
      problem: 'larger than 98 KiB, the most that is read',
    });
  });
});

describe('a pipe', () => {
  it('is read to its end when the user named it, however late it is written', () => {
    const path = join(dir, 'pipe');
    execFileSync('mkfifo', [path]);
    const writer = spawn('sh', ['-c', `(sleep 0.1; printf 'kind: '; sleep 0.1; printf Pod) > "${path}"`]);
    expect(read(path)).toEqual({ text: 'kind: Pod' });
    writer.unref();
  });

  it('and a device are not read when nobody named them', () => {
    const path = join(dir, 'pipe');
    execFileSync('mkfifo', [path]);
    const fd = openSync(path, 'r+');
    writeSync(fd, 'kind: Pod');
    expect(read(path, { explicit: false })).toEqual({ problem: 'it is not a regular file' });
    closeSync(fd);
    expect(read('/dev/zero', { explicit: false })).toEqual({ problem: 'it is not a regular file' });
    expect(read('/dev/null')).toEqual({ text: '' });
  });
});
