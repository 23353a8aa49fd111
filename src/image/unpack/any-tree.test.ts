import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../test/support/oci-layout.ts';
import { type TestEntry, writeTar } from '../../../test/support/tar.ts';
import { defaultUnpackLimits } from './limits.ts';
import { unpackLayer } from './unpack-layer.ts';

type Tree = { readonly [name: string]: Node };
type Node =
  | { readonly kind: 'file'; readonly content: Uint8Array; readonly mode: number; readonly uid: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'directory'; readonly mode: number; readonly entries: Tree };

const names = fc
  .stringMatching(/^[a-zA-Z0-9_.\x80-\xff -]{1,40}$/)
  .filter((name) => !/^\.{1,2}$|^\.wh\./.test(name));
const modes = fc.integer({ min: 0, max: 0o7777 });
const { tree } = fc.letrec<{ tree: Tree; node: Node }>((tie) => ({
  tree: fc.dictionary(names, tie('node'), { maxKeys: 4, noNullPrototype: true }),
  node: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      kind: fc.constant('file' as const),
      content: fc.uint8Array({ maxLength: 1500 }),
      mode: modes,
      uid: fc.integer({ min: 0, max: 0xffff_fffe }),
    }),
    fc.record({ kind: fc.constant('link' as const), target: fc.stringMatching(/^[a-z./]{1,150}$/) }),
    fc.record({ kind: fc.constant('directory' as const), mode: modes, entries: tie('tree') }),
  ),
}));

function entriesOf(tree: Tree, prefix = ''): readonly TestEntry[] {
  return Object.entries(tree).flatMap(([name, node]): readonly TestEntry[] => {
    const path = prefix + name;
    if (node.kind === 'link') return [{ path, type: 'symlink', linkPath: node.target }];
    if (node.kind === 'file') return [{ path, content: node.content, mode: node.mode, uid: node.uid }];
    return [{ path: `${path}/`, type: 'directory', mode: node.mode }, ...entriesOf(node.entries, `${path}/`)];
  });
}

function readTree(directory: Buffer): Tree {
  const found = readdirSync(directory, 'buffer').map((name): [string, Node] => {
    const path = Buffer.concat([directory, Buffer.from('/'), name]);
    const stats = lstatSync(path);
    const mode = stats.mode & 0o7777;
    const key = name.toString('latin1');
    if (stats.isSymbolicLink()) return [key, { kind: 'link', target: readlinkSync(path, 'latin1') }];
    if (stats.isDirectory()) return [key, { kind: 'directory', mode, entries: readTree(path) }];
    return [key, { kind: 'file', content: new Uint8Array(readFileSync(path)), mode, uid: stats.uid }];
  });
  return Object.fromEntries(found);
}

describe.skipIf(process.geteuid?.() !== 0)('any tree', () => {
  test('comes out of its archive as it went in, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: 100, max: 5000 }), async (wanted, pieceBytes) => {
        const dir = mkdtempSync(join(tmpdir(), 'podproof-tree-'));
        try {
          const tar = writeTar(entriesOf(wanted));
          const pieces = Array.from({ length: Math.ceil(tar.length / pieceBytes) }, (_, i) =>
            tar.subarray(i * pieceBytes, (i + 1) * pieceBytes),
          );
          const layer = { digest: sha256(tar), sizeBytes: tar.length, diffId: sha256(tar) };
          await unpackLayer(layer, Readable.from(pieces), join(dir, 'fs'), defaultUnpackLimits);
          expect(readTree(Buffer.from(join(dir, 'fs')))).toEqual(wanted);
        } finally {
          rmSync(dir, { recursive: true, force: true });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe.skipIf(process.geteuid?.() !== 0)('any damage', () => {
  const entries: readonly TestEntry[] = [
    { path: 'd', type: 'directory' },
    { path: 'd/a', content: 'content', xattrs: { 'user.x': 'y' } },
    { path: 'l', type: 'symlink', linkPath: 'd' },
    { path: 'l/b', content: 'x'.repeat(600) },
    { path: `d/${'n'.repeat(150)}`, type: 'hardlink', linkPath: 'd/a' },
    { path: 'd/.wh.w' },
  ];
  const tar = writeTar(entries);
  const damages = fc.array(fc.tuple(fc.nat(tar.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });

  test('of an archive is an error of the image or goes unnoticed, and never touches anything outside', async () => {
    await fc.assert(
      fc.asyncProperty(damages, async (damage) => {
        const dir = mkdtempSync(join(tmpdir(), 'podproof-damage-'));
        try {
          const bytes = Buffer.from(tar);
          for (const [at, value] of damage) bytes[at] = value;
          for (let at = 0; at < bytes.length; at += 512) repairChecksum(bytes.subarray(at, at + 512));
          const layer = { digest: sha256(bytes), sizeBytes: bytes.length, diffId: sha256(bytes) };
          const limits = { ...defaultUnpackLimits, unpackedBytes: 1e6 };
          await unpackLayer(layer, Readable.from([bytes]), join(dir, 'fs'), limits).catch(
            (error: unknown) => {
              expect(error).toMatchObject({
                name: 'PodproofError',
                code: expect.stringMatching(/^(invalid|unsupported)$/),
              });
            },
          );
          expect(readdirSync(dir)).toEqual(['fs']);
        } finally {
          rmSync(dir, { recursive: true, force: true });
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Makes a block that looks like a header valid again, so that the damage in it is read. */
function repairChecksum(block: Buffer): void {
  if (block.toString('latin1', 257, 262) !== 'ustar') return;
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
