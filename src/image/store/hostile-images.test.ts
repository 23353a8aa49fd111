import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestLayer, writeLayout } from '../../../test/support/oci-layout.ts';
import { writeTar } from '../../../test/support/tar.ts';
import { type ImageStore, openImageStore } from '../image-store.ts';

let dir = '';
let store: ImageStore;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-hostile-'));
  store = openImageStore(join(dir, 'lib'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function storeIsEmpty(): void {
  expect(store.list()).toEqual([]);
  for (const name of ['layers', 'temp', 'blobs'])
    expect(readdirSync(join(dir, 'lib/images', name)), name).toEqual([]);
}

function packZstd(input: Buffer): Buffer {
  return execFileSync('zstd', ['-q', '-c'], { input });
}

const good = [{ path: 'good', content: 'x'.repeat(50_000) }];

describe.skipIf(process.geteuid?.() !== 0)('a load that fails leaves nothing in the store', () => {
  test.each<[string, TestLayer]>([
    ['an entry that leaves the root', { entries: [{ path: '../../../../escaped' }] }],
    [
      'a link that leaves the root',
      { entries: [{ path: 'a', type: 'symlink', linkPath: '/tmp' }, { path: 'a/escaped' }] },
    ],
    ['a wrong digest', { entries: good, digest: `sha256:${'2'.repeat(64)}` }],
    ['a wrong diff id', { entries: good, diffId: `sha256:${'2'.repeat(64)}` }],
    ['a truncated blob', { entries: good, blob: Buffer.from('1f8b08', 'hex') }],
    ['no tar archive', { tar: Buffer.alloc(4096, 0x55) }],
  ])('%s', async (_, layer) => {
    writeLayout(join(dir, 'layout'), { layers: [good, layer, [{ path: 'more' }]], refName: 'x' });
    await expect(store.load(`oci:${join(dir, 'layout')}`)).rejects.toMatchObject({ name: 'PodproofError' });
    storeIsEmpty();
    expect(readdirSync(dir).sort()).toEqual(['layout', 'lib']);
    expect(existsSync('/tmp/escaped')).toBe(false);
  });

  test('a passwd file of many megabytes', async () => {
    const content = 'x'.repeat(11 * 1024 * 1024);
    writeLayout(join(dir, 'layout'), { layers: [[{ path: 'etc/passwd', content }]], refName: 'x' });
    await expect(store.load(`oci:${join(dir, 'layout')}`)).rejects.toThrow('the limit is 10485760');
    storeIsEmpty();
  });

  test('an image for another machine', async () => {
    writeLayout(join(dir, 'layout'), { layers: [good], refName: 'x', architecture: 's390x' });
    await expect(store.load(`oci:${join(dir, 'layout')}`)).rejects.toMatchObject({ code: 'unsupported' });
    storeIsEmpty();
  });

  test('limits of the store', async () => {
    writeLayout(join(dir, 'layout'), { layers: [good], refName: 'x' });
    const small = openImageStore(join(dir, 'lib'), { limits: { unpackedBytes: 10_000 } });
    await expect(small.load(`oci:${join(dir, 'layout')}`)).rejects.toThrow(
      'unpacks to more than 10000 bytes',
    );
    storeIsEmpty();
  });

  test('what a killed process left is taken away by the next command, what a living one has is not', async () => {
    writeLayout(join(dir, 'layout'), { layers: [good], refName: 'x' });
    await store.load(`oci:${join(dir, 'layout')}`);
    const temp = join(dir, 'lib/images/temp');
    const startTime = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
    for (const name of ['999999999-1-abc', `${process.pid}-1-abc`, `${process.pid}-${startTime}-abc`, 'junk'])
      mkdirSync(join(temp, name, 'layer'), { recursive: true });
    await store.load(`oci:${join(dir, 'layout')}`);
    expect(readdirSync(temp)).toEqual([`${process.pid}-${startTime}-abc`]);
  });

  test('a damaged store says so', async () => {
    const built = writeLayout(join(dir, 'layout'), { layers: [good], refName: 'x' });
    await store.load(`oci:${join(dir, 'layout')}`);
    writeFileSync(join(dir, 'lib/images/blobs', built.configDigest.replace(':', '-')), '{}');
    expect(() => store.find('x')).toThrow('the image store is damaged');
  });
});

describe.skipIf(process.geteuid?.() !== 0)('zstd', () => {
  const hasZstd = existsSync('/usr/bin/zstd');

  test.skipIf(!hasZstd)('layers of zstd are unpacked, also in several frames', async () => {
    const tar = writeTar(good);
    const half = Math.floor(tar.length / 2);
    const blob = Buffer.concat([packZstd(tar.subarray(0, half)), packZstd(tar.subarray(half))]);
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+zstd';
    writeLayout(join(dir, 'layout'), { layers: [{ tar, blob, mediaType }], refName: 'x' });
    const { image } = await store.load(`oci:${join(dir, 'layout')}`);
    expect(readFileSync(join(image.layerDirs[0] ?? '', 'good'), 'utf8')).toHaveLength(50_000);
  });

  test.skipIf(!hasZstd)('a bomb of zstd ends at the limit', async () => {
    const tar = writeTar([{ path: 'zeros', content: Buffer.alloc(64 * 1024 * 1024) }]);
    const blob = execFileSync('zstd', ['-q', '-c', '-19'], { input: tar, maxBuffer: 1e9 });
    writeLayout(join(dir, 'layout'), { layers: [{ tar, blob }], refName: 'x' });
    const small = openImageStore(join(dir, 'lib'), { limits: { ratioFromBytes: 1e6 } });
    await expect(small.load(`oci:${join(dir, 'layout')}`)).rejects.toThrow('a bomb?');
    storeIsEmpty();
  });
});
