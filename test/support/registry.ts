import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSign, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianFile } from '../../samples/debian.ts';
import type { BuiltImage } from './oci-layout.ts';

export const registryProgram: string = debianFile('/usr/bin/docker-registry');
export const testUser = 'tester';
export const testPassword = 'secret';
/** bcrypt of the password above. */
const htpasswd = `${testUser}:$2b$04$1zXIL2ffwXjtSZfIjwmpb.lc6HlXqtnMfg6LeMxPe73InrIUm4C8y\n`;

export interface TestServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  close(): Promise<void>;
}

export interface TestRegistry extends TestServer {
  /** Uploads the image's blobs and puts its manifest under the tag. */
  push(repository: string, tag: string, image: BuiltImage): Promise<void>;
  /** Puts any manifest or index. */
  putManifest(repository: string, reference: string, mediaType: string, bytes: Uint8Array): Promise<void>;
}

/** The distribution's own registry on a free port of the loopback; `auth` is what it asks of its clients. */
export async function startRegistry(auth: 'none' | 'basic' | 'token' = 'none'): Promise<TestRegistry> {
  const dir = mkdtempSync(join(tmpdir(), 'podproof-registry-'));
  const port = await freePort();
  const tokens = auth === 'token' ? await startTokenServer(dir) : undefined;
  writeFileSync(join(dir, 'htpasswd'), htpasswd);
  writeFileSync(join(dir, 'config.json'), JSON.stringify(registryConfig(dir, port, auth, tokens?.host)));
  const registry = spawn(registryProgram, ['serve', join(dir, 'config.json')], { stdio: 'ignore' });
  const host = `127.0.0.1:${port}`;
  await untilAnswering(host);
  const send = authorizedSender(host, auth, tokens?.issue);
  return {
    host,
    async push(repository, tag, image) {
      for (const [digest, bytes] of image.blobs)
        if (digest !== image.manifestDigest) await pushBlob(send, repository, digest, bytes);
      await putManifest(
        send,
        repository,
        tag,
        'application/vnd.oci.image.manifest.v1+json',
        image.manifestBytes,
      );
    },
    putManifest: (repository, reference, mediaType, bytes) =>
      putManifest(send, repository, reference, mediaType, bytes),
    async close() {
      await stop(registry);
      await tokens?.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A small HTTP server of a test's own on the loopback. */
export async function startServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { host: `127.0.0.1:${portOf(server)}`, close: () => closeServer(server) };
}

type Send = (repository: string, path: string, init: RequestInit) => Promise<Response>;

function authorizedSender(
  host: string,
  auth: 'none' | 'basic' | 'token',
  issue: ((scope: string) => string) | undefined,
): Send {
  return async (repository, path, init) => {
    const basic = `Basic ${Buffer.from(`${testUser}:${testPassword}`).toString('base64')}`;
    const bearer = `Bearer ${issue?.(`repository:${repository}:pull,push`) ?? ''}`;
    const headers = new Headers(init.headers);
    if (auth !== 'none') headers.set('authorization', auth === 'basic' ? basic : bearer);
    const response = await fetch(new URL(path, `http://${host}`), { ...init, headers });
    if (!response.ok) throw new Error(`${init.method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
}

async function pushBlob(send: Send, repository: string, digest: string, bytes: Uint8Array): Promise<void> {
  const started = await send(repository, `/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(started.headers.get('location') ?? '');
  location.searchParams.set('digest', digest);
  await send(repository, location.pathname + location.search, { method: 'PUT', body: Buffer.from(bytes) });
}

async function putManifest(
  send: Send,
  repository: string,
  reference: string,
  mediaType: string,
  bytes: Uint8Array,
): Promise<void> {
  const headers = { 'content-type': mediaType };
  await send(repository, `/v2/${repository}/manifests/${reference}`, {
    method: 'PUT',
    headers,
    body: Buffer.from(bytes),
  });
}

function registryConfig(dir: string, port: number, auth: string, tokenHost: string | undefined): object {
  const kinds: Readonly<Record<string, object>> = {
    basic: { htpasswd: { realm: 'test', path: join(dir, 'htpasswd') } },
    token: {
      token: {
        realm: `http://${tokenHost}/token`,
        service: 'test-registry',
        issuer: 'test-issuer',
        rootcertbundle: join(dir, 'token.crt'),
      },
    },
  };
  return {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(dir, 'data') } },
    http: { addr: `127.0.0.1:${port}` },
    ...(kinds[auth] === undefined ? {} : { auth: kinds[auth] }),
  };
}

async function startTokenServer(
  dir: string,
): Promise<TestServer & { readonly issue: (scope: string) => string }> {
  const [key, certificate] = [join(dir, 'token.key'), join(dir, 'token.crt')];
  const subject = ['-subj', '/CN=test-issuer', '-days', '2'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject],
    { stdio: 'ignore' },
  );
  const issue = (scope: string): string =>
    signToken(readFileSync(key, 'utf8'), readFileSync(certificate, 'utf8'), scope);
  const server = await startServer((request, response) => {
    const wanted = `Basic ${Buffer.from(`${testUser}:${testPassword}`).toString('base64')}`;
    if (request.headers.authorization !== wanted) {
      response.writeHead(401).end('{}');
      return;
    }
    const scope = new URL(request.url ?? '', 'http://localhost').searchParams.get('scope') ?? '';
    response.end(JSON.stringify({ token: issue(scope) }));
  });
  return { ...server, issue };
}

function signToken(key: string, certificate: string, scope: string): string {
  const [type, name, actions = ''] = scope.split(':');
  const now = Math.floor(Date.now() / 1000);
  const x5c = [certificate.replace(/-----[A-Z ]+-----|\s/g, '')];
  const claims = {
    iss: 'test-issuer',
    sub: testUser,
    aud: 'test-registry',
    exp: now + 300,
    nbf: now - 10,
    iat: now,
    jti: randomUUID(),
    access: [{ type, name, actions: actions.split(',') }],
  };
  const signed = `${base64Json({ typ: 'JWT', alg: 'RS256', x5c })}.${base64Json(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`;
}

function base64Json(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function untilAnswering(host: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answered = await fetch(`http://${host}/v2/`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  throw new Error(`the registry at ${host} does not answer`);
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const port = portOf(server);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGKILL');
  await ended;
}
