import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { setXattr } from '../../linux/xattr.ts';
import { imageFiles } from './image-files.ts';

/** Directories of these files; a name that ends in a slash is a directory. */
function layers(...contents: readonly (readonly string[])[]): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'podproof-layers-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return contents.map((names, index) => {
    const layer = join(root, String(index));
    mkdirSync(layer);
    for (const name of names) {
      mkdirSync(join(layer, name, name.endsWith('/') ? '' : '..'), { recursive: true });
      if (!name.endsWith('/')) writeFileSync(join(layer, name), '');
    }
    return layer;
  });
}

test('layers are seen over each other', () => {
  const image = imageFiles(layers(['etc/new', 'bin'], ['etc/old', 'bin/sh']));
  expect(image.stat('/etc/new')?.isFile()).toBe(true);
  expect(image.stat('/etc/old')?.isFile()).toBe(true);
  expect(image.names('/etc').toSorted((a, b) => a.localeCompare(b))).toEqual(['new', 'old']);
  expect(image.stat('/etc/none')).toBeUndefined();
  // A file hides the directory below it.
  expect(image.stat('/bin/sh')).toBeUndefined();
});

test('a link in an image leads nowhere', () => {
  const [top = '', bottom = ''] = layers([], ['usr/lib']);
  symlinkSync('/etc', join(top, 'etc'));
  const image = imageFiles([top, bottom]);
  expect(image.stat('/etc')?.isSymbolicLink()).toBe(true);
  expect(image.stat('/etc/passwd')).toBeUndefined();
  expect(image.names('/etc')).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)('an opaque directory hides what is below it', () => {
  const [top = '', bottom = ''] = layers(['data/new'], ['data/old']);
  setXattr(join(top, 'data'), 'trusted.overlay.opaque', Buffer.from('y'));
  const image = imageFiles([top, bottom]);
  expect(image.names('/data')).toEqual(['new']);
  expect(image.stat('/data/old')).toBeUndefined();
});
