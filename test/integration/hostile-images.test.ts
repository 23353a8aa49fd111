import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeImage } from '../../src/image/describe.ts';
import { type ImageStore, openImageStore } from '../../src/image/image-store.ts';
import { writeLayout } from '../support/oci-layout.ts';
import { writeTar } from '../support/tar.ts';

const cannotRun = process.env['CI'] !== 'true' && process.geteuid?.() !== 0;

let dir = '';
let store: ImageStore;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-hostile-'));
  store = openImageStore(join(dir, 'lib'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (name: string): string => join(dir, name);

function storeIsEmpty(): void {
  expect(store.list()).toEqual([]);
  for (const name of ['layers', 'temp', 'blobs'])
    expect(readdirSync(join(dir, 'lib/images', name)), name).toEqual([]);
}

/** Replaces a file of a good layout by something else; both ways of reading it must refuse it. */
async function refusal(
  replace: (path: string) => unknown,
  which: 'index' | 'layer' | 'config',
): Promise<string> {
  const built = writeLayout(at('layout'), { layers: [[{ path: 'a', content: 'x' }]], refName: 'x' });
  const digest = which === 'layer' ? (built.layerDigests[0] ?? '') : built.configDigest;
  const path = which === 'index' ? at('layout/index.json') : at(`layout/blobs/sha256/${digest.slice(7)}`);
  rmSync(path);
  await replace(path);
  const source = `oci:${at('layout')}`;
  const loaded = await store.load(source).catch((error: unknown) => error);
  expect(loaded).toMatchObject({ name: 'PodproofError', code: 'invalid' });
  if (which !== 'layer') await expect(describeImage(source)).rejects.toMatchObject({ code: 'invalid' });
  storeIsEmpty();
  return String(loaded);
}

describe.skipIf(cannotRun)('a layout whose files are something else', () => {
  describe.each(['index', 'config', 'layer'] as const)('the %s', (which) => {
    test('a link to a file of the host is refused, and shows nothing of it', async () => {
      writeFileSync(at('secret'), 'root:$6$hash:19000');
      const error = await refusal((path) => symlinkSync(at('secret'), path), which);
      expect(error).toContain('a link that leads out of it');
      expect(error).not.toMatch(/root:|19000|18 bytes/);
    });

    test('a fifo does not hang', async () => {
      expect(await refusal((path) => execFileSync('mkfifo', [path]), which)).toContain('no regular file');
    });

    test('a device does not end in an endless read', async () => {
      const error = await refusal((path) => execFileSync('mknod', [path, 'c', '1', '5']), which);
      expect(error).toContain('no regular file');
    });

    test('a directory and a socket are refused', async () => {
      expect(await refusal((path) => mkdirSync(path), which)).toContain('no regular file');
      rmSync(at('layout'), { recursive: true });
      const server = createServer();
      // A socket's own path may only be short.
      await once(server.listen(at('socket')), 'listening');
      try {
        await refusal((path) => renameSync(at('socket'), path), which);
      } finally {
        server.close();
      }
    });
  });

  test('a link within the layout is followed', async () => {
    const built = writeLayout(at('layout'), { layers: [[{ path: 'a', content: 'x' }]], refName: 'x' });
    const name = built.layerDigests[0]?.slice(7) ?? '';
    execFileSync('mv', [at(`layout/blobs/sha256/${name}`), at('layout/elsewhere')]);
    symlinkSync('../../elsewhere', at(`layout/blobs/sha256/${name}`));
    expect((await store.load(`oci:${at('layout')}`)).name).toBe('docker.io/library/x:latest');
  });
});

describe.skipIf(cannotRun)('an archive', () => {
  test.each(['oci-archive', 'docker-archive'])(
    '%s that is a fifo or a device does not hang',
    async (kind) => {
      execFileSync('mkfifo', [at('fifo')]);
      await expect(store.load(`${kind}:${at('fifo')}`)).rejects.toThrow('it is no regular file');
      await expect(store.load(`${kind}:/dev/zero`)).rejects.toThrow('it is no regular file');
    },
  );

  test('of names that lead out of it has no files outside', async () => {
    const manifest = [{ Config: '../../../../etc/passwd', RepoTags: ['x:1'], Layers: ['../../etc/shadow'] }];
    writeFileSync(at('a.tar'), writeTar([{ path: 'manifest.json', content: JSON.stringify(manifest) }]));
    await expect(store.load(`docker-archive:${at('a.tar')}`)).rejects.toThrow(
      'has no file "../../../../etc/passwd"',
    );
    const links = [
      { path: 'manifest.json', type: 'symlink' as const, linkPath: '/etc/shadow' },
      { path: 'index.json', type: 'symlink' as const, linkPath: '../../../../etc/shadow' },
    ];
    writeFileSync(at('b.tar'), writeTar(links));
    await expect(store.load(`docker-archive:${at('b.tar')}`)).rejects.toThrow('has no file "manifest.json"');
    await expect(store.load(`oci-archive:${at('b.tar')}`)).rejects.toThrow('no index.json');
    storeIsEmpty();
  });

  test('that is a bomb ends at the ratio, before the disk is full', async () => {
    const tar = writeTar([{ path: 'zeros', content: Buffer.alloc(300 * 1024 ** 2) }]);
    writeFileSync(at('bomb.tar.gz'), gzipSync(tar));
    await expect(store.load(`docker-archive:${at('bomb.tar.gz')}`)).rejects.toThrow('a bomb?');
    storeIsEmpty();
  });

  test('of a million small files is cut off at the limit', async () => {
    const one = writeTar([{ path: 'f' }]).subarray(0, 512);
    writeFileSync(
      at('many.tar'),
      Buffer.concat([...Array.from({ length: 100_001 }, (_, i) => named(one, i)), Buffer.alloc(1024)]),
    );
    await expect(store.load(`oci-archive:${at('many.tar')}`)).rejects.toThrow('more than 100000 entries');
  });
});

/** The header under another name. */
function named(header: Buffer, index: number): Buffer {
  const block = Buffer.from(header);
  block.write(`f${index}`, 0, 'latin1');
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

describe.skipIf(cannotRun)('sizes', () => {
  test('an index of a million manifests is refused by its size', async () => {
    writeLayout(at('layout'), { layers: [] });
    const entry = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${'1'.repeat(64)}`,
      size: 5,
    };
    const manifests = Array.from({ length: 1_000_000 }, () => entry);
    writeFileSync(at('layout/index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    await expect(store.load(`oci:${at('layout')}`)).rejects.toThrow('the limit is 4194304');
    storeIsEmpty();
  });

  test('an index just below the limit says what it has in few words', async () => {
    writeLayout(at('layout'), { layers: [] });
    const manifests = Array.from({ length: 20_000 }, () => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${'1'.repeat(64)}`,
      size: 5,
    }));
    writeFileSync(at('layout/index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    const error = await store.load(`oci:${at('layout')}`).catch((caught: unknown) => caught);
    expect(String(error)).toContain('has 20000 images');
    expect(String(error).length).toBeLessThan(2000);
  });

  test('a config of 100 MB is refused before it is read', async () => {
    writeLayout(at('layout'), { layers: [], configBytes: Buffer.alloc(100 * 1024 ** 2, 0x20), refName: 'x' });
    await expect(store.load(`oci:${at('layout')}`)).rejects.toThrow('the limit is 8388608');
    storeIsEmpty();
  });

  test('a million entries end at the limit, early and in bounded memory', async () => {
    const many = [
      `const { openImageStore } = await import('${join(process.cwd(), 'src/image/image-store.ts')}');`,
      `const { readFileSync } = await import('node:fs');`,
      `const store = openImageStore('${at('lib')}', { limits: { entries: 20000 } });`,
      `const error = await store.load('oci:${at('layout')}').catch((it) => it);`,
      `console.log(JSON.stringify({ text: String(error), peak: Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) }));`,
    ].join('\n');
    // 20,001 entries are told apart from a million only by how long one reads: the rest is the same block again.
    const block = writeTar([{ path: 'd', type: 'directory' }]).subarray(0, 512);
    const tar = Buffer.alloc(512 * 1_000_000);
    for (let start = 0; start < tar.length; start += 512) block.copy(tar, start);
    writeLayout(at('layout'), { layers: [{ tar, blob: gzipSync(tar, { level: 1 }) }], refName: 'x' });
    const started = performance.now();
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', many], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await once(child, 'close');
    expect(output).toContain('more than 20000 entries');
    expect(Number(/"peak":(\d+)/.exec(output)?.[1])).toBeLessThan(250_000);
    expect(performance.now() - started).toBeLessThan(20_000);
    storeIsEmpty();
  });
});
