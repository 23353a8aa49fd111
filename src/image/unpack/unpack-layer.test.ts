import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../test/support/oci-layout.ts';
import { type TestEntry, writeTar } from '../../../test/support/tar.ts';
import { getXattr } from '../../linux/xattr.ts';
import type { LayerContent } from './layer-writer.ts';
import { defaultUnpackLimits, type UnpackLimits } from './limits.ts';
import { unpackLayer } from './unpack-layer.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-unpack-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const inRoot = (path = ''): string => join(dir, 'fs', path);

async function unpack(
  entries: readonly TestEntry[],
  limits: Partial<UnpackLimits> = {},
): Promise<LayerContent> {
  const tar = writeTar(entries);
  return unpackLayer(
    { digest: sha256(tar), sizeBytes: tar.length, diffId: sha256(tar) },
    // Pieces of an odd size: every header and every content is cut somewhere.
    Readable.from(piecesOf(tar, 333)),
    inRoot(),
    { ...defaultUnpackLimits, ...limits },
  );
}

function* piecesOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function modeOf(path: string): string {
  return (lstatSync(inRoot(path)).mode & 0o7777).toString(8);
}

describe.skipIf(process.geteuid?.() !== 0)('unpacking a layer', () => {
  test('files keep their content, owner, mode with setuid and sticky bits, and time', async () => {
    await unpack([
      { path: './', type: 'directory', mode: 0o711 },
      { path: 'bin/su', content: 'x'.repeat(2000), mode: 0o4755, uid: 3, gid: 4, mtime: 1_000_000.5 },
      { path: 'tmp', type: 'directory', mode: 0o1777, uid: 5, gid: 6, mtime: 1000 },
      { path: 'tmp/later', content: '' },
      { path: 'big-id', uid: 4_000_000_000 },
    ]);
    const su = lstatSync(inRoot('bin/su'));
    expect([readFileSync(inRoot('bin/su'), 'utf8').length, su.uid, su.gid, su.mtimeMs]).toEqual([
      2000, 3, 4, 1_000_000_500,
    ]);
    expect([modeOf('bin/su'), modeOf('tmp'), modeOf(''), modeOf('bin')]).toEqual([
      '4755',
      '1777',
      '711',
      '755',
    ]);
    expect(lstatSync(inRoot('tmp')).mtimeMs).toBe(1_000_000);
    expect(lstatSync(inRoot('big-id')).uid).toBe(4_000_000_000);
  });

  test('links, devices and fifos are what the archive says', async () => {
    await unpack([
      { path: 'a', content: 'a', mode: 0o600, uid: 9 },
      { path: 'hard', type: 'hardlink', linkPath: './a' },
      { path: 'soft', type: 'symlink', linkPath: '/etc/../nowhere', uid: 7 },
      { path: 'dev/null', type: 'character', major: 1, minor: 3, mode: 0o666 },
      { path: 'dev/big', type: 'block', major: 8, minor: 300, mode: 0o660, gid: 6 },
      { path: 'pipe', type: 'fifo', mode: 0o622 },
    ]);
    expect(lstatSync(inRoot('hard')).ino).toBe(lstatSync(inRoot('a')).ino);
    expect([readlinkSync(inRoot('soft')), lstatSync(inRoot('soft')).uid]).toEqual(['/etc/../nowhere', 7]);
    expect([lstatSync(inRoot('dev/null')).rdev, modeOf('dev/null')]).toEqual([0x103, '666']);
    expect([lstatSync(inRoot('dev/big')).isBlockDevice(), lstatSync(inRoot('dev/big')).rdev]).toEqual([
      true,
      0x10082c,
    ]);
    expect([lstatSync(inRoot('pipe')).isFIFO(), modeOf('pipe')]).toEqual([true, '622']);
  });

  test('file capabilities and user attributes are set, others are told of', async () => {
    const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
    const { warnings } = await unpack([
      {
        path: 'ping',
        content: 'x',
        xattrs: { 'security.capability': capability, 'user.note': 'ü', 'security.selinux': 'x' },
      },
    ]);
    expect(getXattr(inRoot('ping'), 'security.capability')).toEqual(capability);
    expect(getXattr(inRoot('ping'), 'user.note')?.toString()).toBe('ü');
    expect(warnings).toEqual([expect.stringContaining('"security.selinux"')]);
  });

  test.each([{ gnu: true }, {}])('long names and names that are no UTF-8 survive (%j)', async (how) => {
    const long = `${'d'.repeat(120)}/${'f'.repeat(200)}`;
    await unpack([
      { path: long, content: 'long', ...how },
      { path: 'link', type: 'symlink', linkPath: `${long}/x`, ...how },
      { path: 'caf\xe9', content: 'bytes', ...how },
    ]);
    expect(readFileSync(inRoot(long), 'utf8')).toBe('long');
    expect(readlinkSync(inRoot('link'))).toBe(`${long}/x`);
    expect(readdirSync(inRoot(), 'latin1')).toContain('caf\xe9');
  });

  test('a later entry replaces an earlier one of its name, whatever both are', async () => {
    await unpack([
      { path: 'a', content: 'first' },
      { path: 'a', content: '2nd' },
      { path: 'd/x/y', content: '' },
      { path: 'd', type: 'symlink', linkPath: 'a' },
      { path: 'e', type: 'symlink', linkPath: 'a' },
      { path: 'e', type: 'directory' },
      { path: 'e/in', content: '' },
      { path: 'f', type: 'directory', mode: 0o700 },
      { path: 'f/kept', content: '' },
      { path: 'f', type: 'directory', mode: 0o750 },
    ]);
    expect(readFileSync(inRoot('a'), 'utf8')).toBe('2nd');
    expect(readlinkSync(inRoot('d'))).toBe('a');
    expect([existsSync(inRoot('e/in')), existsSync(inRoot('f/kept')), modeOf('f')]).toEqual([
      true,
      true,
      '750',
    ]);
  });

  test('whiteouts hide lower layers, but nothing of their own layer', async () => {
    const content = await unpack([
      { path: 'gone/.wh.file' },
      { path: '.wh.dir' },
      { path: 'dir', type: 'directory' },
      { path: 'dir/new', content: '' },
      { path: 'own', content: 'own' },
      { path: '.wh.own' },
      { path: 'own-dir/x', content: '' },
      { path: '.wh.own-dir' },
      { path: 'sub/.wh..wh..opq' },
      { path: '.wh..wh.plnk', type: 'directory' },
    ]);
    expect(lstatSync(inRoot('gone/file')).isCharacterDevice()).toBe(true);
    expect(lstatSync(inRoot('gone/file')).rdev).toBe(0);
    expect(readFileSync(inRoot('own'), 'utf8')).toBe('own');
    expect(existsSync(inRoot('dir/new'))).toBe(true);
    for (const path of ['dir', 'own-dir', 'sub'])
      expect(getXattr(inRoot(path), 'trusted.overlay.opaque')?.toString(), path).toBe('y');
    expect([...content.opaqueDirs].sort()).toEqual(['dir', 'own-dir', 'sub']);
    expect(readdirSync(inRoot()).some((name) => name.startsWith('.wh.'))).toBe(false);
  });

  test('a directory that is a link within the layer is followed inside of it', async () => {
    await unpack([
      { path: 'usr/lib', type: 'directory' },
      { path: 'lib', type: 'symlink', linkPath: 'usr/lib' },
      { path: 'lib/x', content: 'x' },
      { path: 'lib/deep/y', content: 'y' },
      { path: 'abs', type: 'symlink', linkPath: '/usr/../usr/lib' },
      { path: 'abs/z', content: 'z' },
    ]);
    expect(readdirSync(inRoot('usr/lib')).sort()).toEqual(['deep', 'x', 'z']);
  });

  test('bytes after the end of the archive belong to its digest, not to its entries', async () => {
    const tar = Buffer.concat([writeTar([{ path: 'a' }]), Buffer.alloc(3000, 1)]);
    const layer = { digest: sha256(tar), sizeBytes: tar.length, diffId: sha256(tar) };
    await unpackLayer(layer, Readable.from([tar]), inRoot(), defaultUnpackLimits);
    expect(readdirSync(inRoot())).toEqual(['a']);
  });
});

function file(path: string): TestEntry {
  return { path, content: 'pwned' };
}

function link(path: string, linkPath: string): TestEntry {
  return { path, type: 'symlink', linkPath };
}

function hard(path: string, linkPath: string): TestEntry {
  return { path, type: 'hardlink', linkPath };
}

describe.skipIf(process.geteuid?.() !== 0)('a hostile layer', () => {
  test.each<[string, readonly TestEntry[], string]>([
    ['.. in a name', [file('../out')], 'its path holds ".."'],
    ['.. within a name', [file('a/../../out')], 'its path holds ".."'],
    ['.. as a whole name', [{ path: '..', type: 'directory' }], 'its path holds ".."'],
    ['an absolute name', [file('/out')], 'its name is absolute'],
    ['an empty name', [file('')], 'its name is empty'],
    ['an absolute link on the way', [link('a', '/../OUTSIDE'), file('a/out')], 'leaves the root'],
    [
      'an absolute link to a directory of the host',
      [link('a', 'OUTSIDE'), file('a/out')],
      'not a directory of this layer',
    ],
    ['a relative link on the way', [link('a', '../..'), file('a/out')], 'leaves the root'],
    ['links through links', [link('a', 'b'), link('b', '../../x'), file('a/out')], 'leaves the root'],
    ['a loop of links', [link('a', 'b'), link('b', 'a'), file('a/out')], 'too many symbolic links'],
    [
      'a link over the directory of a whiteout',
      [link('a', 'OUTSIDE'), file('a/.wh.victim')],
      'not a directory of this layer',
    ],
    [
      'an opaque directory through a link',
      [link('a', 'OUTSIDE'), file('a/.wh..wh..opq')],
      'not a directory of this layer',
    ],
    ['a whiteout of ..', [file('a/.wh...')], 'whiteout of no file'],
    ['a whiteout of nothing', [file('.wh.')], 'whiteout of no file'],
    ['a hard link out of the root', [hard('h', '../../victim')], 'its path holds ".."'],
    ['a hard link to a file of the host', [hard('h', 'OUTSIDE/victim')], 'is not a directory of this layer'],
    [
      'a hard link through a link',
      [link('a', 'OUTSIDE'), hard('h', 'a/victim')],
      'not a directory of this layer',
    ],
    ['a hard link to a whiteout', [file('.wh.w'), hard('h', 'w')], 'is not in this layer'],
    ['a hard link to a directory', [{ path: 'd', type: 'directory' }, hard('h', 'd')], 'is a directory'],
    ['a hard link to itself', [file('h'), hard('h', 'h')], 'is itself'],
    ['a file as a directory', [file('a'), file('a/b')], 'not a directory'],
    ['a name of 256 bytes', [file('n'.repeat(256))], 'more than 255 bytes'],
    ['a path of 4000 bytes', [file('d/'.repeat(2000))], 'its path has 4000 bytes'],
    ['a NUL in a link', [link('a', `${'x'.repeat(101)}\0y`)], 'holds a NUL'],
    ['an empty link', [link('a', '')], 'link target is empty'],
    [
      "overlay's own attributes",
      [{ path: 'd', type: 'directory', xattrs: { 'trusted.overlay.redirect': '/x' } }],
      'would steer overlay',
    ],
    ['an owner of -1', [{ path: 'a', uid: 0xffff_ffff }], 'owner 4294967295 is out of range'],
    ['a sparse file', [{ path: 'a', typeFlag: 'S' }], 'GNU sparse file'],
    ['an unknown type', [{ path: 'a', typeFlag: 'Z' }], 'unknown type'],
    ['a size beyond the archive', [{ path: 'a', content: 'x', announcedSize: 1e6 }], 'truncated'],
    ['a size of terabytes', [{ path: 'a', content: 'x', announcedSize: 4e10 }], 'unpacks to more than'],
    [
      'a header extension of megabytes',
      [{ path: 'a', typeFlag: 'x', announcedSize: 1e8 }],
      'header extension has',
    ],
  ])('with %s is refused by name, and nothing outside is touched', async (_, entries, problem) => {
    const outside = join(dir, 'outside');
    mkdirSync(outside);
    const named = entries.map((entry) =>
      entry.linkPath === undefined
        ? entry
        : { ...entry, linkPath: entry.linkPath.replace('OUTSIDE', outside) },
    );
    const error = await unpack(named).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(invalid|unsupported)$/),
      message: expect.stringContaining(problem),
    });
    expect(String(error)).toMatch(/cannot unpack layer "sha256:[0-9a-f]{64}": /);
    expect(readdirSync(outside)).toEqual([]);
    expect(readdirSync(dir).sort()).toEqual(['fs', 'outside']);
  });

  test('more entries, more bytes or a higher ratio than allowed end it', async () => {
    const many = Array.from({ length: 11 }, (_, i) => ({ path: `f${i}` }));
    await expect(unpack(many, { entries: 10 })).rejects.toThrow('more than 10 entries');
    rmSync(inRoot(), { recursive: true });
    const bytes = [{ path: 'a', content: 'x'.repeat(6000) }];
    await expect(unpack(bytes, { unpackedBytes: 5000 })).rejects.toThrow('more than 5000 bytes');
    rmSync(inRoot(), { recursive: true });
    const tar = writeTar([{ path: 'zeros', content: Buffer.alloc(3_000_000) }]);
    const gzip = gzipSync(tar);
    const layer = { digest: sha256(gzip), sizeBytes: gzip.length, diffId: sha256(tar) };
    const limits = { ...defaultUnpackLimits, ratioFromBytes: 100_000 };
    await expect(unpackLayer(layer, Readable.from([gzip]), inRoot(), limits)).rejects.toThrow('a bomb?');
  });

  test.each([
    ['truncated gzip', (gzip: Buffer) => gzip.subarray(0, gzip.length - 9), 'gzip stream is broken'],
    [
      'data behind the gzip stream',
      (gzip: Buffer) => Buffer.concat([gzip, Buffer.alloc(400_000, 7)]),
      'gzip stream',
    ],
    ['xz', () => Buffer.from('fd377a585a000000', 'hex'), 'xz compression is not supported'],
    ['no archive at all', () => Buffer.alloc(1024, 0x41), 'malformed checksum'],
  ])('of %s is refused', async (_, change, problem) => {
    const tar = writeTar([{ path: 'a', content: 'x'.repeat(5000) }]);
    const blob = change(gzipSync(tar));
    const layer = { digest: sha256(blob), sizeBytes: blob.length, diffId: sha256(tar) };
    await expect(unpackLayer(layer, Readable.from([blob]), inRoot(), defaultUnpackLimits)).rejects.toThrow(
      problem,
    );
  });

  test('whose content is another than its config says is refused', async () => {
    const tar = writeTar([{ path: 'a' }]);
    const layer = { digest: sha256(tar), sizeBytes: tar.length, diffId: `sha256:${'0'.repeat(64)}` };
    await expect(unpackLayer(layer, Readable.from([tar]), inRoot(), defaultUnpackLimits)).rejects.toThrow(
      'the config says',
    );
  });
});
