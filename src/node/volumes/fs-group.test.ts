import { execFileSync } from 'node:child_process';
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

  it("owns everything, with the kubelet's bits; a link is given away but not followed", async () => {
    expect(await setVolumeOwnership({ ...request, root })).toEqual([]);
    expect(look(root)).toBe('2000 2775');
    expect(look(join(root, 'dir'))).toBe('2000 2775');
    expect(look(join(root, 'dir/file'))).toBe('2000 660');
    expect(lstatSync(join(root, 'link')).gid).toBe(2000);
    expect(look(outside)).toBe('0 600');
  });

  it('may only read what is read-only', async () => {
    rmSync(join(root, 'dir/file'));
    writeFileSync(join(root, 'dir/file'), '', { mode: 0o400 });
    await setVolumeOwnership({ ...request, root, readOnly: true });
    expect(look(join(root, 'dir/file'))).toBe('2000 440');
  });

  it('with OnRootMismatch is not looked at again once the root is right', async () => {
    await setVolumeOwnership({ ...request, root, policy: 'OnRootMismatch' });
    expect(look(join(root, 'dir/file'))).toBe('2000 660');
    chownSync(join(root, 'dir/file'), 0, 0);
    await setVolumeOwnership({ ...request, root, policy: 'OnRootMismatch' });
    expect(look(join(root, 'dir/file'))).toBe('0 660');
    await setVolumeOwnership({ ...request, root, policy: 'Always' });
    expect(look(join(root, 'dir/file'))).toBe('2000 660');
  });

  it('lets the process go on with other things', async () => {
    for (let index = 0; index < 2000; index += 1) writeFileSync(join(root, `${index}`), '');
    let turns = 0;
    const count = setInterval(() => (turns += 1), 0);
    let files = 0;
    await setVolumeOwnership({ ...request, root, onFile: () => (files += 1) });
    clearInterval(count);
    expect(files).toBe(2003);
    expect(turns).toBeGreaterThan(3);
  });

  it('ends where it is when the pod does, and the root is then not yet right', async () => {
    for (let index = 0; index < 100; index += 1) writeFileSync(join(root, `${index}`), '');
    const over = new AbortController();
    let files = 0;
    const onFile = (): void => {
      files += 1;
      if (files === 10) over.abort();
    };
    await setVolumeOwnership({ ...request, root, onFile, signal: over.signal });
    expect(files).toBe(10);
    expect(lstatSync(root).gid).toBe(0);
  });

  it('reaches names that are no text, and says what it cannot reach', async () => {
    const odd = Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0xff, 0xfe)]);
    writeFileSync(odd, '', { mode: 0o600 });
    execFileSync('sh', [
      '-c',
      'cd "$0" && i=0; while [ $i -lt 600 ]; do mkdir d && cd d; i=$((i+1)); done',
      root,
    ]);
    const problems = await setVolumeOwnership({ ...request, root });
    expect(lstatSync(odd).gid).toBe(2000);
    expect(lstatSync(join(root, 'd/d/d')).gid).toBe(2000);
    expect(problems).toEqual(['more than 500 directories inside each other']);
  });
});
