import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
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
