import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openImageStore } from '../../src/image/image-store.ts';
import { buildTestImage, writeLayout } from '../support/oci-layout.ts';
import { startServer } from '../support/registry.ts';

let dir = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-store-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** Another process that loads into the same store; resolves to what it printed. */
function loadElsewhere(
  source: string,
  name: string,
): { readonly child: ChildProcess; readonly done: Promise<string> } {
  const module = new URL('../../src/image/image-store.ts', import.meta.url).href;
  const program = `
    const { openImageStore } = await import(${JSON.stringify(module)});
    const loaded = await openImageStore(${JSON.stringify(join(dir, 'lib'))}).load(${JSON.stringify(source)}, { name: ${JSON.stringify(name)} });
    console.log(loaded.image.digest);`;
  const script = join(dir, `load-${name}.mts`);
  writeFileSync(script, program);
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += String(chunk);
  });
  const done = new Promise<string>((resolve) => {
    child.once('close', () => resolve(text.trim()));
  });
  return { child, done };
}

describe.skipIf(process.env['CI'] !== 'true' && process.geteuid?.() !== 0)(
  'one store, several processes',
  () => {
    test('loads of one image at the same time all succeed and leave one copy', async () => {
      const built = writeLayout(join(dir, 'layout'), {
        layers: [[{ path: 'a', content: 'x'.repeat(100_000) }], [{ path: 'b' }]],
      });
      const source = `oci:${join(dir, 'layout')}`;
      const loads = ['one', 'two', 'three'].map((name) => loadElsewhere(source, name).done);
      expect(await Promise.all(loads)).toEqual([
        built.manifestDigest,
        built.manifestDigest,
        built.manifestDigest,
      ]);
      const store = openImageStore(join(dir, 'lib'));
      expect(store.list().map(({ name }) => name)).toEqual(
        ['one', 'three', 'two'].map((name) => `docker.io/library/${name}:latest`),
      );
      expect(readdirSync(store.layersDir)).toHaveLength(2);
      expect(readdirSync(join(dir, 'lib/images/temp'))).toEqual([]);
    });

    test('what a load leaves that is killed in the middle is gone after the next command', async () => {
      const image = buildTestImage({ layers: [[{ path: 'a', content: 'x'.repeat(1000) }]] });
      const stalling = await startServer((request, response) => {
        const url = request.url ?? '';
        if (url.endsWith('/manifests/1')) response.end(image.manifestBytes);
        else if (url.endsWith(image.configDigest)) response.end(image.blobs.get(image.configDigest));
        else response.writeHead(200).write(image.blobs.get(image.layerDigests[0] ?? '')?.subarray(0, 20));
      });
      const temp = join(dir, 'lib/images/temp');
      try {
        const { child, done } = loadElsewhere(`docker://${stalling.host}/x:1`, 'x');
        for (let i = 0; i < 500 && (readdirOrEmpty(temp)[0] === undefined || unpacking(temp) === 0); i++)
          await sleep(20);
        expect(unpacking(temp)).toBe(1);
        child.kill('SIGKILL');
        await done;
      } finally {
        await stalling.close();
      }
      expect(readdirSync(temp)).toHaveLength(1);
      writeLayout(join(dir, 'layout'), { layers: [[{ path: 'b' }]], refName: 'b' });
      const store = openImageStore(join(dir, 'lib'));
      await store.load(`oci:${join(dir, 'layout')}`);
      expect(readdirSync(temp)).toEqual([]);
      expect(readdirSync(store.layersDir)).toHaveLength(1);
    });
  },
);

describe.skipIf(process.env['CI'] !== 'true' && process.geteuid?.() !== 0)(
  'unpacked layers under overlay',
  () => {
    test('the kernel shows what the image is: whiteouts hide, opaque directories hide, the rest merges', async () => {
      writeLayout(join(dir, 'layout'), {
        layers: [
          [
            { path: 'keep' },
            { path: 'gone' },
            { path: 'dir/old' },
            { path: 'merged/low' },
            { path: 'sub/x/y' },
            { path: 'again/low' },
          ],
          [
            { path: '.wh.gone' },
            { path: 'dir/.wh..wh..opq' },
            { path: 'dir/new' },
            { path: 'merged/up' },
            { path: '.wh.sub' },
            { path: '.wh.again' },
            { path: 'again/up' },
          ],
        ],
        refName: 'x',
      });
      const store = openImageStore(join(dir, 'lib'));
      const { image } = await store.load(`oci:${join(dir, 'layout')}`);
      const merged = join(dir, 'merged');
      mkdirSync(merged);
      execFileSync('mount', [
        '-t',
        'overlay',
        'overlay',
        '-o',
        `ro,lowerdir=${image.layerDirs.join(':')}`,
        merged,
      ]);
      try {
        const files = readdirSync(merged, { recursive: true, withFileTypes: true }).filter((it) =>
          it.isFile(),
        );
        const names = files.map((it) => join(it.parentPath, it.name).slice(merged.length + 1));
        expect(names.sort()).toEqual(['again/up', 'dir/new', 'keep', 'merged/low', 'merged/up']);
        await store.remove('x');
        expect(readdirSync(store.layersDir), 'layers that are mounted stay').toHaveLength(2);
      } finally {
        execFileSync('umount', [merged]);
      }
    });
  },
);

function readdirOrEmpty(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function unpacking(temp: string): number {
  return readdirOrEmpty(join(temp, readdirOrEmpty(temp)[0] ?? '')).length;
}
