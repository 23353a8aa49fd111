import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeDockerArchive } from '../../../test/support/docker-archive.ts';
import { buildTestImage, writeLayout } from '../../../test/support/oci-layout.ts';
import { writeTar } from '../../../test/support/tar.ts';
import { describeImage } from '../describe.ts';
import type { Image } from '../image.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-source-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (name: string): string => join(dir, name);
const passwd = [{ path: './etc/passwd', content: 'app:x:1654:1655::/:/bin/sh\n' }];
const top = [{ path: 'app', content: 'x' }];
const image = { layers: [passwd, top], config: { User: 'app' }, refName: 'web:1' };

function namesIn(described: Image): readonly string[] | undefined {
  return described.accounts?.passwd.map(({ name }) => name);
}

/** The layout's files as a tar archive. */
function archiveOf(layout: string): Buffer {
  const files = readdirSync(layout, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  const entries = files.map((it) => {
    const path = join(it.parentPath, it.name);
    return { path: path.slice(layout.length + 1), content: readFileSync(path) };
  });
  return writeTar(entries);
}

describe('local sources are described without a store', () => {
  test('an OCI layout, by its directory and by a name in it', async () => {
    const built = writeLayout(at('layout'), image, { layers: [top], refName: 'other' });
    const described = await describeImage(`oci:${at('layout')}:web:1`);
    expect(described).toMatchObject({ digest: built.manifestDigest, config: { config: { User: 'app' } } });
    expect(namesIn(described)).toEqual(['app']);
    const byDigest = await describeImage(`oci:${at('layout')}:${built.manifestDigest}`);
    expect(byDigest.digest).toBe(built.manifestDigest);
    await expect(describeImage(`oci:${at('layout')}`)).rejects.toThrow('has 2 images: web:1, other');
    await expect(describeImage(`oci:${at('layout')}:none`)).rejects.toThrow(
      'has no image "none"; it has: web:1, other',
    );
  });

  test.each([
    ['plain', (tar: Buffer) => tar],
    ['gzip', (tar: Buffer) => gzipSync(tar)],
  ])('an OCI archive, %s', async (_, pack) => {
    const built = writeLayout(at('layout'), image);
    writeFileSync(at('archive.tar'), pack(archiveOf(at('layout'))));
    const described = await describeImage(`oci-archive:${at('archive.tar')}`);
    expect([described.digest, namesIn(described)]).toEqual([built.manifestDigest, ['app']]);
  });

  test.each([
    ['plain', (tar: Buffer) => tar],
    ['gzip', (tar: Buffer) => gzipSync(tar)],
  ])('a docker archive, %s', async (_, pack) => {
    const built = buildTestImage(image);
    const layers = [writeTar(passwd), writeTar(top)];
    writeFileSync(at('saved.tar'), pack(writeDockerArchive(built, layers, ['web:1'])));
    for (const name of ['', ':web:1', ':docker.io/library/web:1']) {
      const described = await describeImage(`docker-archive:${at('saved.tar')}${name}`);
      expect([described.config.config.User, namesIn(described)]).toEqual(['app', ['app']]);
    }
    await expect(describeImage(`docker-archive:${at('saved.tar')}:other`)).rejects.toThrow('it has: web:1');
  });

  test('accounts behind links and whiteouts of packed layers', async () => {
    writeLayout(at('a'), {
      layers: [
        [
          { path: 'usr/etc/passwd', content: 'far:x:7:7::/:/\n' },
          { path: 'etc/group', content: 'g:x:9:\n' },
        ],
        [{ path: 'etc/passwd', type: 'symlink', linkPath: '../usr/etc/passwd' }, { path: 'etc/.wh.group' }],
      ],
    });
    const described = await describeImage(`oci:${at('a')}`);
    expect(described.accounts).toMatchObject({ passwd: [{ name: 'far' }], group: [] });
  });

  test("a link to the host's passwd is not followed", async () => {
    writeLayout(at('a'), {
      layers: [[{ path: 'etc/passwd', type: 'symlink', linkPath: `../../../../../..${at('host')}` }]],
    });
    writeFileSync(at('host'), 'host:x:1:1::/:/\n');
    expect(namesIn(await describeImage(`oci:${at('a')}`))).toEqual([]);
  });

  test('what is not there is named', async () => {
    await expect(describeImage(`oci:${at('none')}`)).rejects.toMatchObject({ code: 'not-found' });
    await expect(describeImage(`oci:${dir}`)).rejects.toThrow(
      'is not an OCI image layout: it has no index.json',
    );
    writeFileSync(at('x.tar'), 'not a tar archive at all'.repeat(100));
    await expect(describeImage(`oci-archive:${at('x.tar')}`)).rejects.toMatchObject({ code: 'invalid' });
    writeFileSync(at('cut.tar'), writeTar([{ path: 'a', content: 'x'.repeat(5000) }]).subarray(0, 2000));
    await expect(describeImage(`docker-archive:${at('cut.tar')}`)).rejects.toThrow('truncated');
  });
});

describe('an image that is not what it says is refused', () => {
  test.each<[string, Parameters<typeof writeLayout>[1], string]>([
    [
      'a config beyond the limit',
      { layers: [], configBytes: Buffer.alloc(9 * 1024 * 1024, 0x20) },
      'the limit is 8388608',
    ],
    ['a config that is no JSON', { layers: [], configBytes: Buffer.from('{') }, 'cannot read image config'],
    [
      'a config with a list as its user',
      { layers: [], config: { User: ['x'] } as object },
      'config".User: it is not text',
    ],
    ['a config with a NUL', { layers: [], config: { Env: ['A=\0'] } }, '"Env" holds a NUL'],
    [
      'fewer diff ids than layers',
      {
        layers: [top],
        configBytes: Buffer.from(
          JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }),
        ),
      },
      'its manifest has 1 layers, its config 0',
    ],
    [
      'a foreign layer',
      { layers: [{ entries: top, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }] },
      'may not be distributed',
    ],
    [
      'an encrypted layer',
      { layers: [{ entries: top, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted' }] },
      'it is encrypted',
    ],
    [
      'an artifact',
      { layers: [{ entries: top, mediaType: 'application/vnd.example.chart' }] },
      'an artifact, not a container image?',
    ],
    [
      'a layer with a wrong digest',
      { layers: [{ entries: top, digest: `sha256:${'1'.repeat(64)}` }] },
      'is not what its digest says',
    ],
    ['a layer with a wrong size', { layers: [{ entries: top, sizeBytes: 5 }] }, 'has the wrong size'],
    [
      'a layer with a wrong diff id',
      { layers: [{ entries: top, diffId: `sha256:${'1'.repeat(64)}` }] },
      'the config says',
    ],
  ])('%s', async (_, hostile, problem) => {
    writeLayout(at('layout'), hostile);
    await expect(describeImage(`oci:${at('layout')}`)).rejects.toThrow(problem);
  });
});
