import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FoundImage } from '../../predict/image-finder.ts';
import { type Patience, pullImages } from './pull-images.ts';

const PATIENCE: Patience = { registryMs: 400, imageMs: 4000, totalMs: 10_000 };

let directory = '';
const servers: Server[] = [];
const sockets = new Set<Socket>();
/** Connections that were made to the server that says nothing. */
let connections = 0;

async function listening(server: Server): Promise<string> {
  servers.push(server);
  server.on('connection', (socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `127.0.0.1:${address.port}`;
}

const answering = (handle: RequestListener): Promise<string> => listening(createHttpServer(handle));

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const hosts: Record<string, string> = {};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-pull-'));
  hosts['silent'] = await listening(createServer(() => void (connections += 1)));
  hosts['garbage'] = await listening(
    createServer((socket) => void socket.end(Buffer.from([22, 3, 1, 0, 255, 13, 10]))),
  );
  hosts['circle'] = await answering((request, response) => {
    response.writeHead(302, { location: `${request.url}x` }).end();
  });
  hosts['drop'] = await answering((_, response) => {
    response.writeHead(200, { 'content-type': MANIFEST, 'content-length': '1000' });
    const timer = setInterval(() => response.write('{'), 100);
    response.on('close', () => clearInterval(timer));
  });
  hosts['flood'] = await answering((_, response) => {
    response.writeHead(200, { 'content-type': MANIFEST });
    response.end(Buffer.alloc(6 * 1024 * 1024, ' '));
  });
  hosts['broken'] = await answering((_, response) => void response.writeHead(503).end());
  hosts['nothing'] = await answering((_, response) => void response.writeHead(404).end('{}'));
  hosts['token'] = await answering((_, response) => {
    const realm = `http://${hosts['silent']}/token`;
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="x"` }).end();
  });
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true });
});

interface Pulled {
  readonly problems: readonly (string | undefined)[];
  readonly tookMs: number;
}

async function pulled(references: readonly string[], patience = PATIENCE): Promise<Pulled> {
  const started = performance.now();
  const context = { root: directory, env: { HOME: directory }, signal: new AbortController().signal };
  const found = new Map<string, FoundImage>(await pullImages(references, context, patience));
  expect(found.size).toBe(references.length);
  const problems = references.map((reference) => found.get(reference)?.problem);
  return { problems, tookMs: performance.now() - started };
}

const imagesOf = (host: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${hosts[host] ?? host}/app:${index}`);

describe('a registry', () => {
  test.each([
    ['that says nothing', 'silent', /it does not answer \(time-out\)/],
    ['that speaks another language', 'garbage', /cannot reach/],
    ['that sends in circles', 'circle', /redirects more than 5 times/],
    ['that sends a byte at a time', 'drop', /took more than 0\.5 s/],
    ['that is broken', 'broken', /answers 503/],
    ['whose tokens nobody hands out', 'token', /it does not answer \(time-out\)/],
    ['that nobody listens as', '127.0.0.1:1', /ECONNREFUSED/],
    ['that no name stands for', 'nowhere.invalid', /cannot reach/],
  ])(
    '%s is asked for one image, whatever the number of images, and told with one text',
    async (_, host, text) => {
      const patience = host === 'drop' ? { ...PATIENCE, imageMs: 500 } : PATIENCE;
      const { problems, tookMs } = await pulled(imagesOf(host, 300), patience);
      expect(new Set(problems).size).toBe(1);
      expect(problems[0]).toMatch(text);
      expect(tookMs).toBeLessThan(3000);
    },
  );

  test.each([
    ['that has not got them', 'nothing', /404|not found|unknown/i],
    ['that sends without end', 'flood', /sent more than/],
  ])('%s is asked for each of its images', async (_, host, text) => {
    const { problems } = await pulled(imagesOf(host, 5));
    for (const problem of problems) expect(problem).toMatch(text);
  });
});

test('registries that are away are waited for side by side', async () => {
  const away = [...imagesOf('silent', 3), ...imagesOf('token', 3), ...imagesOf('garbage', 2)];
  const names = Array.from({ length: 50 }, (_, index) => `127.0.0.${index + 2}:1/app:1`);
  const { problems, tookMs } = await pulled([...away, ...names]);
  expect(problems).not.toContain(undefined);
  expect(tookMs).toBeLessThan(2500);
});

test('all images together have an end, and those that are left are told so', async () => {
  const { problems, tookMs } = await pulled(imagesOf('drop', 20), {
    registryMs: 400,
    imageMs: 5000,
    totalMs: 300,
  });
  expect(new Set(problems)).toEqual(new Set(['the images of a check took more than 0.3 s']));
  expect(tookMs).toBeLessThan(2000);
});

test('an interrupt ends the waiting', async () => {
  const controller = new AbortController();
  const context = { root: directory, env: {}, signal: controller.signal };
  const pulling = pullImages(imagesOf('silent', 3), context, {
    registryMs: 60_000,
    imageMs: 60_000,
    totalMs: 60_000,
  });
  setTimeout(() => controller.abort(new Error('enough')), 50);
  await expect(pulling).rejects.toThrow('enough');
});

test('what names a file, or is no reference, is told of that image alone and asks nobody', async () => {
  const before = connections;
  const odd = [
    'oci:/etc',
    'oci-archive:/etc/passwd',
    'docker-archive:/etc/shadow',
    '../../etc/passwd',
    '/etc/passwd',
    `docker://${hosts['silent']}/app`,
    `http://${hosts['silent']}/app`,
    `user:secret@${hosts['silent']}/app`,
    `${hosts['silent']}/../../app`,
    `${hosts['silent']}/app?x=y`,
    'a b',
    '-o',
    '@',
    '\u001b[2J',
    'x'.repeat(1_000_000),
  ];
  const { problems } = await pulled([...odd, ...imagesOf('nothing', 1)]);
  for (const problem of problems.slice(0, -1)) {
    expect(problem).toMatch(/^cannot read image reference "/);
    expect(problem?.length).toBeLessThan(1000);
  }
  expect(problems.at(-1)).not.toMatch(/^cannot read image reference/);
  expect(connections).toBe(before);
});
