import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAtomically } from './atomic-writer.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-atomic-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('files are seen through ..data, also those in directories, with their modes', async () => {
  const data = Buffer.from('x');
  await writeAtomically(
    dir,
    [
      { path: 'plain', data, mode: 0o400 },
      { path: 'deep/er/file', data, mode: 0o777 },
      { path: 'deep/other', data, mode: 0o644 },
    ],
    0,
  );
  expect(readlinkSync(join(dir, 'plain'))).toBe('..data/plain');
  expect(readlinkSync(join(dir, 'deep'))).toBe('..data/deep');
  expect(readlinkSync(join(dir, '..data'))).toMatch(/^\.\.1970_01_01_00_00_00\.\d+$/);
  expect(readdirSync(dir).filter((name) => !name.startsWith('..'))).toEqual(['deep', 'plain']);
  const mode = (path: string): number => statSync(join(dir, path)).mode & 0o7777;
  expect([mode('plain'), mode('deep/er/file'), mode('deep/other'), mode('deep')]).toEqual([
    0o400, 0o777, 0o644, 0o755,
  ]);
  expect(readFileSync(join(dir, 'deep/er/file'), 'utf8')).toBe('x');
});

it.each(['', '/etc/passwd', '../out', 'a/../../out', '..data', '..x/y'])(
  'the path "%s" is refused',
  async (path) => {
    await expect(writeAtomically(dir, [{ path, data: Buffer.alloc(0), mode: 0o644 }], 0)).rejects.toThrow(
      'invalid path',
    );
    expect(readdirSync(dir)).toEqual([]);
  },
);

const write = (files: Readonly<Record<string, string>>, now = 0): Promise<void> =>
  writeAtomically(
    dir,
    Object.entries(files).map(([path, text]) => ({ path, data: Buffer.from(text), mode: 0o644 })),
    now,
  );
const shown = (): readonly string[] => readdirSync(dir).filter((name) => !name.startsWith('..'));
const versions = (): readonly string[] => readdirSync(dir).filter((name) => /^\.\.\d/.test(name));

describe('written again', () => {
  it('a volume shows the new files only, and keeps no version before', async () => {
    await write({ a: '1', 'gone/x': '1' });
    await write({ a: '2', 'new/y': '2' }, 60_000);
    expect(shown()).toEqual(['a', 'new']);
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('2');
    expect(readFileSync(join(dir, 'new/y'), 'utf8')).toBe('2');
    expect(versions()).toHaveLength(1);
  });

  it('with the same content it is left alone', async () => {
    await write({ a: '1', 'd/b': '' });
    const before = readlinkSync(join(dir, '..data'));
    await write({ 'd/b': '', a: '1' }, 60_000);
    expect(readlinkSync(join(dir, '..data'))).toBe(before);
  });

  it('a link that somebody else made for it leads to no harm', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'podproof-elsewhere-'));
    try {
      symlinkSync(elsewhere, join(dir, '..data'));
      await write({ a: '1' });
      expect(existsSync(elsewhere)).toBe(true);
      expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('1');
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('nobody sees a version before it has its owners', async () => {
    await write({ a: '1' });
    const seen: string[] = [];
    await writeAtomically(dir, [{ path: 'a', data: Buffer.from('2'), mode: 0o644 }], 1, async () => {
      seen.push(readFileSync(join(dir, 'a'), 'utf8'));
    });
    expect(seen).toEqual(['1']);
  });
});
