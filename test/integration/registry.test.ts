import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeImage } from '../../src/image/describe.ts';
import { type ImageStore, openImageStore } from '../../src/image/image-store.ts';
import type { RegistryOptions } from '../../src/image/registry-options.ts';
import { type BuiltImage, buildTestImage, sha256 } from '../support/oci-layout.ts';
import {
  registryProgram,
  startRegistry,
  startServer,
  type TestRegistry,
  type TestServer,
  testPassword,
  testUser,
} from '../support/registry.ts';

const cannotRun = process.env['CI'] !== 'true' && (!existsSync(registryProgram) || process.geteuid?.() !== 0);
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

const image = buildTestImage({
  layers: [
    [{ path: 'etc/passwd', content: 'app:x:1654:1654::/:/bin/sh\n' }],
    [{ path: 'app', content: 'hello' }],
  ],
  config: { User: 'app', Env: ['APP_UID=1654'] },
});

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-pull-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function storeWith(registry: RegistryOptions): ImageStore {
  const options = { dockerConfigPath: join(dir, 'config.json'), firstRetryDelayMs: 5, ...registry };
  return openImageStore(join(dir, 'lib'), { registry: options });
}

function logIn(host: string, password = testPassword): void {
  const auth = Buffer.from(`${testUser}:${password}`).toString('base64');
  writeFileSync(join(dir, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
}

function indexEntry(it: BuiltImage, arch: string): object {
  return {
    mediaType: manifestType,
    digest: it.manifestDigest,
    size: it.manifestBytes.length,
    platform: { os: 'linux', architecture: arch },
  };
}

function nothingIsLeft(store: ImageStore): void {
  expect(store.list()).toEqual([]);
  expect(readdirSync(store.layersDir)).toEqual([]);
  expect(readdirSync(join(dir, 'lib/images/temp'))).toEqual([]);
  expect(readdirSync(join(dir, 'lib/images/blobs'))).toEqual([]);
}

function fromImage(url: string): Uint8Array | undefined {
  if (url.endsWith('/manifests/1')) return image.manifestBytes;
  return image.blobs.get(url.slice(url.lastIndexOf('/') + 1));
}

describe.skipIf(cannotRun)('a real registry', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
    await registry.push('team/web', '1', image);
  });
  afterAll(() => registry.close());

  test('an image is pulled, unpacked and found under its name', async () => {
    const store = storeWith({});
    const progress = new Set<string>();
    const name = `${registry.host}/team/web:1`;
    const pulled = await store.pull(name, { onProgress: ({ digest }) => progress.add(digest) });
    expect(pulled.image.digest).toBe(image.manifestDigest);
    expect(readFileSync(join(store.unpacked(name).layerDirs[0] ?? '', 'app'), 'utf8')).toBe('hello');
    expect([...progress].sort()).toEqual([...image.layerDigests].sort());
  });

  test('an image is pulled by its digest', async () => {
    const name = `${registry.host}/team/web@${image.manifestDigest}`;
    const store = storeWith({});
    await store.pull(name);
    expect(store.find(name)?.config.config.User).toBe('app');
  });

  test('describing an image reads its config and no layer', async () => {
    const described = await describeImage(`docker://${registry.host}/team/web:1`);
    expect(described.config.config.User).toBe('app');
    expect(described.accounts).toBeUndefined();
  });

  test('an index gives the image of this machine, also by the digest of the index', async () => {
    const other = buildTestImage({ layers: [[{ path: 'other' }]], architecture: 's390x' });
    await registry.push('multi', 's390x', other);
    await registry.push('multi', 'own', image);
    const manifests = [indexEntry(other, 's390x'), indexEntry(image, architecture)];
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }));
    await registry.putManifest('multi', 'latest', indexType, index);
    const store = storeWith({});
    await store.pull(`${registry.host}/multi`);
    const byIndexDigest = store.find(`${registry.host}/multi@${sha256(index)}`);
    expect(byIndexDigest?.digest).toBe(image.manifestDigest);
    await expect(store.pull(`${registry.host}/multi:s390x`)).rejects.toThrow(/is for linux\/s390x/);
  });

  test('a tag that is not there is not found, and says so', async () => {
    const store = storeWith({});
    await expect(store.pull(`${registry.host}/team/web:2`)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/manifests "2" of ".*\/team\/web".*404: MANIFEST_UNKNOWN/),
    });
    nothingIsLeft(store);
  });

  test('a mirror is asked first, and the registry itself when the mirror has nothing', async () => {
    const asked: string[] = [];
    const empty = await startServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(404).end();
    });
    try {
      const mirrors = { 'registry.invalid': [empty.host, registry.host] };
      const store = storeWith({ mirrors });
      await store.pull('registry.invalid/team/web:1');
      expect(asked[0]).toBe('/v2/team/web/manifests/1');
      expect(store.find('registry.invalid/team/web:1')?.digest).toBe(image.manifestDigest);
    } finally {
      await empty.close();
    }
  });
});

describe.skipIf(cannotRun).each(['basic', 'token'] as const)('a registry with %s authentication', (auth) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(auth);
    await registry.push('private', '1', image);
  });
  afterAll(() => registry.close());

  test('the credentials of the docker config open it', async () => {
    logIn(registry.host);
    const store = storeWith({});
    await store.pull(`${registry.host}/private:1`);
    expect(store.list()).toHaveLength(1);
  });

  test('a credential helper opens it', async () => {
    const credHelpers = { [registry.host]: 'test' };
    writeFileSync(join(dir, 'config.json'), JSON.stringify({ credHelpers }));
    const asked: unknown[] = [];
    const store = storeWith({
      runHelper: async (...call) => {
        asked.push(call);
        return JSON.stringify({ Username: testUser, Secret: testPassword });
      },
    });
    await store.pull(`${registry.host}/private:1`);
    expect(asked[0]).toEqual(['docker-credential-test', ['get'], `${registry.host}\n`]);
  });

  test('without or with wrong credentials it says that access was denied, and how to log in', async () => {
    const store = storeWith({});
    await expect(store.pull(`${registry.host}/private:1`)).rejects.toMatchObject({ code: 'unavailable' });
    logIn(registry.host, 'wrong');
    await expect(store.pull(`${registry.host}/private:1`)).rejects.toThrow(/401/);
    nothingIsLeft(store);
  });
});

describe.skipIf(process.env['CI'] !== 'true' && process.geteuid?.() !== 0)(
  'registries that misbehave',
  () => {
    const servers: TestServer[] = [];
    afterEach(async () => {
      for (const server of servers.splice(0)) await server.close();
    });
    async function serve(...parameters: Parameters<typeof startServer>): Promise<TestServer> {
      const server = await startServer(...parameters);
      servers.push(server);
      return server;
    }

    test('a redirect to another host carries no credentials', async () => {
      const seen: (string | undefined)[] = [];
      const other = await serve((request, response) => {
        seen.push(request.headers.authorization);
        response.end(fromImage(request.url ?? ''));
      });
      const first = await serve((request, response) => {
        if (request.headers.authorization === undefined)
          response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
        else if (request.url?.includes('/blobs/') === true)
          response.writeHead(307, { location: `http://${other.host}${request.url}` }).end();
        else response.end(fromImage(request.url ?? ''));
      });
      logIn(first.host);
      await storeWith({}).pull(`${first.host}/x:1`);
      expect(seen).toHaveLength(3);
      expect(seen.every((authorization) => authorization === undefined)).toBe(true);
    });

    test('another host that asks for a password after a redirect gets none', async () => {
      const seen: (string | undefined)[] = [];
      const other = await serve((request, response) => {
        seen.push(request.headers.authorization);
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      });
      const first = await serve((_, response) => {
        response.writeHead(302, { location: `http://${other.host}/steal` }).end();
      });
      logIn(first.host);
      await expect(storeWith({}).pull(`${first.host}/x:1`)).rejects.toThrow(/401/);
      expect(seen).toEqual([undefined]);
    });

    test('a registry that hangs ends in a time-out that names it', async () => {
      const hanging = await serve(() => {});
      const store = storeWith({ headerTimeoutMs: 200 });
      await expect(store.pull(`${hanging.host}/x:1`)).rejects.toMatchObject({
        code: 'unavailable',
        message: `cannot reach "http://${hanging.host}": it does not answer (time-out)`,
      });
      nothingIsLeft(store);
    });

    test('a layer that stalls ends in a time-out and leaves nothing', async () => {
      const stalling = await serve((request, response) => {
        const bytes = fromImage(request.url ?? '');
        const isLayer = image.layerDigests.some((digest) => request.url?.endsWith(digest) === true);
        if (isLayer) response.writeHead(200).write(bytes?.subarray(0, 10));
        else response.end(bytes);
      });
      const store = storeWith({ stallTimeoutMs: 300 });
      await expect(store.pull(`${stalling.host}/x:1`)).rejects.toThrow(/does not answer/);
      nothingIsLeft(store);
    });

    test('a registry that answers 500 is asked again, and named when it keeps on', async () => {
      let asked = 0;
      const broken = await serve((_, response) => {
        asked += 1;
        response.writeHead(500).end('oops');
      });
      const store = storeWith({ attempts: 3 });
      await expect(store.pull(`${broken.host}/x:1`)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('answers 500'),
      });
      expect(asked).toBe(3);
    });

    test('a registry that is too busy is asked again after the time that it names', async () => {
      let asked = 0;
      const busy = await serve((request, response) => {
        asked += 1;
        if (asked === 1) response.writeHead(429, { 'retry-after': '0' }).end();
        else response.end(fromImage(request.url ?? ''));
      });
      const store = storeWith({ firstRetryDelayMs: 60_000 });
      await store.pull(`${busy.host}/x:1`);
      expect(store.list()).toHaveLength(1);
    });

    test('a connection that breaks within a layer is taken up where it broke', async () => {
      const ranges: (string | undefined)[] = [];
      const flaky = await serve((request, response) => {
        const bytes = fromImage(request.url ?? '');
        const { range } = request.headers;
        if (request.url?.endsWith(image.layerDigests[1] ?? '') !== true) return void response.end(bytes);
        ranges.push(range);
        if (range !== undefined) return void response.writeHead(206).end(bytes?.subarray(10));
        response.writeHead(200, { 'content-length': bytes?.length });
        response.write(bytes?.subarray(0, 10), () => setTimeout(() => response.destroy(), 50));
        return undefined;
      });
      const store = storeWith({});
      await store.pull(`${flaky.host}/x:1`);
      expect(ranges).toEqual([undefined, 'bytes=10-']);
    });

    test('a layer with other bytes than its digest is refused and leaves nothing', async () => {
      const lying = await serve((request, response) => {
        const bytes = Buffer.from(fromImage(request.url ?? '') ?? []);
        if (image.layerDigests.some((digest) => request.url?.endsWith(digest) === true)) bytes[5] = 0xff;
        response.end(bytes);
      });
      const store = storeWith({});
      await expect(store.pull(`${lying.host}/x:1`)).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('is not what its digest says'),
      });
      nothingIsLeft(store);
    });

    test('an endless manifest is cut off', async () => {
      const endless = await serve((_, response) => {
        const more = (): void => {
          if (!response.destroyed) response.write(Buffer.alloc(65_536, 0x20), more);
        };
        more();
      });
      await expect(storeWith({}).pull(`${endless.host}/x:1`)).rejects.toThrow(/more than 4194304 bytes/);
    });

    test('an endless token is cut off, and a password goes no further than to the token server', async () => {
      const seen: (string | undefined)[] = [];
      const endless = await serve((request, response) => {
        seen.push(request.headers.authorization);
        const more = (): void => {
          if (!response.destroyed) response.write(Buffer.alloc(65_536, 0x20), more);
        };
        more();
      });
      const tokens = await serve((_, response) => {
        response.writeHead(302, { location: `http://${endless.host}/token` }).end();
      });
      const registry = await serve((_, response) => {
        const challenge = `Bearer realm="http://${tokens.host}/token",service="x"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
      });
      logIn(registry.host);
      await expect(storeWith({}).pull(`${registry.host}/x:1`)).rejects.toThrow(/more than 1048576 bytes/);
      expect(seen).toEqual([undefined]);
    });

    test('TLS that nobody vouches for is refused before anything is said', async () => {
      const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
      const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const files = ['-keyout', key, '-out', cert];
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...names, ...files],
        {
          stdio: 'ignore',
        },
      );
      let requests = 0;
      const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
        requests += 1;
        response.end();
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      try {
        const address = server.address();
        const port = typeof address === 'object' ? address?.port : undefined;
        const store = storeWith({ mirrors: { 'registry.invalid': [`https://127.0.0.1:${port}`] } });
        await expect(store.pull('registry.invalid/x:1')).rejects.toMatchObject({ code: 'unavailable' });
        expect(requests).toBe(0);
      } finally {
        server.close();
      }
    });

    test('a redirect loop ends', async () => {
      const looping = await serve((request, response) => {
        response.writeHead(302, { location: request.url }).end();
      });
      await expect(storeWith({}).pull(`${looping.host}/x:1`)).rejects.toThrow(/redirects more than 5 times/);
    });
  },
);
