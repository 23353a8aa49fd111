import { chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setVolumeOwnership } from './fs-group.ts';

let base = '';
let root = '';
let outside = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'podproof-fsgroup-'));
  root = join(base, 'volume');
  outside = join(base, 'outside');
  mkdirSync(join(root, 'dir'), { recursive: true, mode: 0o755 });
  writeFileSync(join(root, 'dir/file'), '', { mode: 0o600 });
  writeFileSync(outside, '', { mode: 0o600 });
  symlinkSync(outside, join(root, 'link'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function look(path: string): string {
  const { gid, mode } = lstatSync(path);
  return `${gid} ${(mode & 0o7777).toString(8)}`;
}

describe.skipIf(process.getuid?.() !== 0)('fsGroup', () => {
  const request = { fsGroup: 2000, policy: 'Always', readOnly: false } as const;

  it("owns everything, with the kubelet's bits; a link is given away but not followed", () => {
    expect(setVolumeOwnership({ ...request, root })).toEqual([]);
    expect(look(root)).toBe('2000 2775');
    expect(look(join(root, 'dir'))).toBe('2000 2775');
    expect(look(join(root, 'dir/file'))).toBe('2000 660');
    expect(lstatSync(join(root, 'link')).gid).toBe(2000);
    expect(look(outside)).toBe('0 600');
  });

  it('may only read what is read-only', () => {
    rmSync(join(root, 'dir/file'));
    writeFileSync(join(root, 'dir/file'), '', { mode: 0o400 });
    setVolumeOwnership({ ...request, root, readOnly: true });
    expect(look(join(root, 'dir/file'))).toBe('2000 440');
  });

  it('with OnRootMismatch is not looked at again once the root is right', () => {
    setVolumeOwnership({ ...request, root, policy: 'OnRootMismatch' });
    expect(look(join(root, 'dir/file'))).toBe('2000 660');
    chownSync(join(root, 'dir/file'), 0, 0);
    setVolumeOwnership({ ...request, root, policy: 'OnRootMismatch' });
    expect(look(join(root, 'dir/file'))).toBe('0 660');
    setVolumeOwnership({ ...request, root, policy: 'Always' });
    expect(look(join(root, 'dir/file'))).toBe('2000 660');
  });
});
