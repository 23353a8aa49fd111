import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeDockerArchive } from '../../test/support/docker-archive.ts';
import { buildTestImage, writeLayout } from '../../test/support/oci-layout.ts';
import { writeTar } from '../../test/support/tar.ts';
import { getXattr } from '../linux/xattr.ts';
import { openImageStore } from './image-store.ts';

const needsRoot = process.geteuid?.() !== 0;

describe.skipIf(needsRoot)('image store', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'podproof-store-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const passwd = {
    path: 'etc/passwd',
    content: 'root:x:0:0:root:/root:/bin/sh\napp:x:1654:1654::/home/app:/bin/sh\n',
  };

  test('a loaded image is found by its names and digests, with its config, accounts and layers', async () => {
    const built = writeLayout(join(dir, 'layout'), {
      layers: [
        [{ path: 'etc', type: 'directory' }, passwd],
        [{ path: 'app', content: 'x', mode: 0o4755, uid: 7, gid: 8, mtime: 1000 }],
      ],
      config: { User: 'app', Env: ['A=b'] },
      refName: 'web:1',
    });
    const store = openImageStore(join(dir, 'lib'));
    const loaded = await store.load(`oci:${join(dir, 'layout')}`);
    expect(loaded.name).toBe('docker.io/library/web:1');
    for (const name of [
      'web:1',
      'docker.io/library/web:1',
      built.manifestDigest,
      built.manifestDigest.slice(7, 25),
      `web@${built.manifestDigest}`,
    ])
      expect(store.find(name)?.config.config.User, name).toBe('app');
    const image = store.unpacked('web:1');
    expect(image.accounts.passwd.map(({ name }) => name)).toEqual(['root', 'app']);
    expect(image.layerDirs).toHaveLength(2);
    const app = lstatSync(join(image.layerDirs[0] ?? '', 'app'));
    expect([app.mode & 0o7777, app.uid, app.gid, app.mtimeMs]).toEqual([0o4755, 7, 8, 1_000_000]);
    expect(statSync(join(dir, 'lib/images')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(dir, 'lib/images/temp'))).toEqual([]);
  });

  test('a layout of several images is loaded whole, each image under its name or its digest', async () => {
    const unnamed = { layers: [[{ path: 'c' }]] };
    const layout = join(dir, 'layout');
    writeLayout(
      layout,
      { layers: [[passwd]], refName: 'a:1' },
      { layers: [[passwd], []], refName: 'b' },
      unnamed,
    );
    const store = openImageStore(join(dir, 'lib'));
    const loaded = await store.loadAll(`oci:${layout}`);
    const digest = buildTestImage(unnamed).manifestDigest;
    expect(loaded.map(({ name }) => name)).toEqual([
      'docker.io/library/a:1',
      'docker.io/library/b:latest',
      digest,
    ]);
    expect(loaded.map(({ image }) => image.layerDirs.length)).toEqual([1, 2, 1]);
    expect(store.list().map(({ name }) => name)).toEqual(loaded.map(({ name }) => name));
    expect((await store.loadAll(`oci:${layout}:b`)).map(({ name }) => name)).toEqual([
      'docker.io/library/b:latest',
    ]);
  });

  test('nothing is loaded when one of the images has a name that is none', async () => {
    const layout = join(dir, 'layout');
    writeLayout(layout, { layers: [[passwd]], refName: 'a:1' }, { layers: [[]], refName: 'B b' });
    const store = openImageStore(join(dir, 'lib'));
    await expect(store.loadAll(`oci:${layout}`)).rejects.toThrow('under its own name');
    expect(store.list()).toEqual([]);
  });

  test('all tags of a docker archive are loaded', async () => {
    const built = buildTestImage({ layers: [[passwd]], config: { User: 'app' } });
    const archive = join(dir, 'saved.tar');
    writeFileSync(archive, writeDockerArchive(built, [writeTar([passwd])], ['web:1', 'localhost/web:2']));
    const store = openImageStore(join(dir, 'lib'));
    const loaded = await store.loadAll(`docker-archive:${archive}`);
    expect(loaded.map(({ name }) => name)).toEqual(['docker.io/library/web:1', 'localhost/web:2']);
    expect(store.find('localhost/web:2')?.config.config.User).toBe('app');
  });

  test('whiteouts and opaque directories are what overlay wants, and hide accounts of lower layers', async () => {
    writeLayout(join(dir, 'layout'), {
      layers: [
        [passwd, { path: 'srv/a' }],
        [{ path: 'etc/.wh.passwd' }, { path: 'srv/.wh..wh..opq' }],
      ],
      refName: 'x',
    });
    const store = openImageStore(join(dir, 'lib'));
    const { image } = await store.load(`oci:${join(dir, 'layout')}`);
    const whiteout = lstatSync(join(image.layerDirs[0] ?? '', 'etc/passwd'));
    expect([whiteout.isCharacterDevice(), whiteout.rdev]).toEqual([true, 0]);
    expect(getXattr(join(image.layerDirs[0] ?? '', 'srv'), 'trusted.overlay.opaque')?.toString()).toBe('y');
    expect(image.accounts.passwd).toEqual([]);
  });

  test('removing an image takes its layers away unless another image has them', async () => {
    const shared = [{ path: 'shared', content: 'x' }];
    writeLayout(join(dir, 'a'), { layers: [shared, [{ path: 'a', content: 'a' }]], refName: 'a' });
    writeLayout(join(dir, 'b'), { layers: [shared], refName: 'b' });
    const store = openImageStore(join(dir, 'lib'));
    await store.load(`oci:${join(dir, 'a')}`);
    await store.load(`oci:${join(dir, 'b')}`);
    expect(readdirSync(store.layersDir)).toHaveLength(2);
    expect(await store.remove('a')).toEqual(['docker.io/library/a:latest']);
    expect(readdirSync(store.layersDir)).toHaveLength(1);
    expect(readFileSync(join(store.unpacked('b').layerDirs[0] ?? '', 'shared'), 'utf8')).toBe('x');
    await store.remove('b');
    expect(readdirSync(store.layersDir)).toEqual([]);
    expect(readdirSync(join(dir, 'lib/images/blobs'))).toEqual([]);
    expect(store.find('b')).toBeUndefined();
  });

  test('two loads of one image at the same time both succeed and share its layers', async () => {
    writeLayout(join(dir, 'layout'), { layers: [[{ path: 'a', content: 'a' }]], refName: 'a' });
    const store = openImageStore(join(dir, 'lib'));
    const from = `oci:${join(dir, 'layout')}`;
    await Promise.all([
      store.load(from),
      store.load(from, { name: 'b' }),
      openImageStore(join(dir, 'lib')).load(from),
    ]);
    expect(store.list().map(({ name }) => name)).toEqual([
      'docker.io/library/a:latest',
      'docker.io/library/b:latest',
    ]);
    expect(readdirSync(store.layersDir)).toHaveLength(1);
  });

  test('a layer that an image has twice is one lower directory', async () => {
    const same = [{ path: 'a', content: 'a' }];
    writeLayout(join(dir, 'layout'), { layers: [same, [{ path: 'b' }], same], refName: 'a' });
    const { image } = await openImageStore(join(dir, 'lib')).load(`oci:${join(dir, 'layout')}`);
    expect(image.layerDirs).toHaveLength(2);
    expect(existsSync(join(image.layerDirs[0] ?? '', 'a'))).toBe(true);
  });

  test('a directory that an upper layer only implies keeps the owner and mode of the one below', async () => {
    const base = [
      { path: './', type: 'directory', mode: 0o751 },
      { path: 'tmp', type: 'directory', mode: 0o1777 },
      { path: 'home/app', type: 'directory', mode: 0o700, uid: 1654, gid: 1654 },
    ] as const;
    const upper = [{ path: 'tmp/x' }, { path: 'home/app/y' }];
    writeLayout(join(dir, 'a'), { layers: [base, upper], refName: 'a' });
    const store = openImageStore(join(dir, 'lib'));
    const { image, warnings } = await store.load(`oci:${join(dir, 'a')}`);
    const shown = ['', 'tmp', 'home', 'home/app'].map((path) => {
      const { mode, uid } = statSync(join(image.layerDirs[0] ?? '', path));
      return `${(mode & 0o7777).toString(8)} ${uid}`;
    });
    expect(shown).toEqual(['751 0', '1777 0', '755 0', '700 1654']);
    expect(warnings).toEqual([]);
    const other = [{ path: 'tmp', type: 'directory', mode: 0o700 }] as const;
    writeLayout(join(dir, 'b'), { layers: [other, upper], refName: 'b' });
    const second = await store.load(`oci:${join(dir, 'b')}`);
    expect(second.warnings).toContainEqual(
      expect.stringContaining('directory "/tmp" is 0:0 1777 in this image, not 0:0 700'),
    );
  });

  test('a layer that a mount uses stays when its image goes', async () => {
    writeLayout(join(dir, 'layout'), { layers: [[{ path: 'a' }]], refName: 'a' });
    let isMounted = true;
    const store = openImageStore(join(dir, 'lib'), { isLayerInUse: () => isMounted });
    await store.load(`oci:${join(dir, 'layout')}`);
    await store.remove('a');
    expect(readdirSync(store.layersDir)).toHaveLength(1);
    isMounted = false;
    await store.load(`oci:${join(dir, 'layout')}`);
    await store.remove('a');
    expect(readdirSync(store.layersDir)).toEqual([]);
  });

  test('a name takes only itself away, a digest all names of its image', async () => {
    const built = writeLayout(join(dir, 'layout'), { layers: [[{ path: 'a' }]] });
    const store = openImageStore(join(dir, 'lib'));
    const names = ['abcdef012345', 'b', 'c'];
    for (const name of names) await store.load(`oci:${join(dir, 'layout')}`, { name });
    expect(await store.remove('abcdef012345')).toEqual(['docker.io/library/abcdef012345:latest']);
    const removed = await store.remove(built.manifestDigest.slice(7, 20));
    expect(removed).toEqual(['docker.io/library/b:latest', 'docker.io/library/c:latest']);
    expect(store.list()).toEqual([]);
  });

  test('an image without a name is stored under its digest', async () => {
    const built = writeLayout(join(dir, 'layout'), { layers: [[{ path: 'a' }]] });
    const store = openImageStore(join(dir, 'lib'));
    expect((await store.load(`oci:${join(dir, 'layout')}`)).name).toBe(built.manifestDigest);
    expect(store.unpacked(built.manifestDigest).layerDirs).toHaveLength(1);
  });

  test('an unknown name is not found, and says how to get the image', async () => {
    const store = openImageStore(join(dir, 'lib'));
    expect(store.find('nothing')).toBeUndefined();
    expect(() => store.unpacked('nothing')).toThrow(
      expect.objectContaining({ code: 'not-found', advice: expect.stringContaining('image pull') }),
    );
    await expect(store.remove('nothing')).rejects.toMatchObject({ code: 'not-found' });
    expect(existsSync(join(dir, 'lib'))).toBe(false);
  });
});
