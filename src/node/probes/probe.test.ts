import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PodproofError } from '../../core/errors.ts';
import type { Probe } from '../../kube/pod.ts';
import type { ExecResult, RuntimeContainer, Sandbox } from '../../runtime/engine.ts';
import type { ContainerTarget } from '../container-target.ts';
import { runProbe } from './probe.ts';
import type { ProbeResult } from './probe-result.ts';

const servers: (Server | Http2Server | TcpServer)[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listen(server: Server | Http2Server | TcpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  return listen(createServer(answer));
}

function target(port: number, exec?: ExecResult): ContainerTarget {
  return {
    engine: { exec: () => Promise.resolve(exec ?? neverRan) },
    runtimeContainer,
    container: { name: 'c', ports: [{ name: 'web', containerPort: port }] },
    address: '127.0.0.1',
  };
}

const sandbox: Sandbox = {
  id: 's',
  dir: '/',
  hostname: 's',
  user: { mode: 'host' },
  namespacePaths: {},
  ips: [],
  cgroupPath: '/s',
};
const runtimeContainer: RuntimeContainer = {
  id: 'c-0',
  sandbox,
  dir: '/',
  pid: 1,
  startTime: 1,
  logPath: '/log',
};
const neverRan: ExecResult = { exitCode: 255, stdout: '', stderr: '', timedOut: false };

function run(probe: Probe, port = 1, exec?: ExecResult): Promise<ProbeResult> {
  return runProbe(target(port, exec), probe, new AbortController().signal);
}

describe('http', () => {
  it.each([
    [200, true],
    [399, true],
    [400, false],
    [500, false],
  ])('status %i: %s', async (status, ok) => {
    const port = await serve((_, response) => response.writeHead(status).end('body'));
    expect((await run({ httpGet: { port } })).ok).toBe(ok);
  });

  it('asks for the path with the headers, by the name of the port', async () => {
    const port = await serve((request, response) => {
      const right = request.url === '/healthz?x=1' && request.headers['x-a'] === 'b';
      response.writeHead(right && request.headers['user-agent'] === 'kube-probe/1.36' ? 200 : 500).end();
    });
    const httpGet = { port: 'web', path: '/healthz?x=1', httpHeaders: [{ name: 'X-A', value: 'b' }] };
    expect(await run({ httpGet }, port)).toEqual({ ok: true, output: '' });
  });

  it('follows a redirect on the same host, and takes one to elsewhere for success', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/here') response.writeHead(302, { location: '/there' }).end();
      else if (request.url === '/away') response.writeHead(302, { location: 'http://192.0.2.9/' }).end();
      else response.writeHead(500).end();
    });
    expect(await run({ httpGet: { port, path: '/here' } })).toEqual({
      ok: false,
      output: 'HTTP probe failed with statuscode: 500',
    });
    expect((await run({ httpGet: { port, path: '/away' } })).ok).toBe(true);
  });

  it('reads no more than 10 KiB of an endless answer', async () => {
    const port = await serve((_, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(4096, 'x')));
      };
      response.on('drain', more).on('error', () => {});
      more();
    });
    expect((await run({ httpGet: { port } })).output).toHaveLength(10_240);
  });

  it('gives up after its timeout', async () => {
    const port = await serve(() => {});
    const result = await run({ httpGet: { port }, timeoutSeconds: 0.05 });
    expect(result.output).toContain('context deadline exceeded');
    for (const server of servers) if ('closeAllConnections' in server) server.closeAllConnections();
  });

  it.each([
    [
      'nobody there',
      () => Promise.resolve(1),
      'Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
    [
      'a connection that is closed',
      () => listen(createTcpServer((socket) => socket.destroySoon())),
      /^Get "http:\/\/127\.0\.0\.1:\d+\/": EOF$/,
    ],
  ])('%s has the text of a Go program', async (_, port, text) => {
    expect((await run({ httpGet: { port: await port() } })).output).toMatch(text);
  });

  it('a port name that the container does not have is a failure', async () => {
    expect((await run({ httpGet: { port: 'none' } })).output).toBe("couldn't find port: none in container c");
  });
});

describe('exec', () => {
  it.each([
    [0, false, true],
    [1, false, false],
    [0, true, false],
  ])('exit code %i, timed out %s: %s', async (exitCode, timedOut, ok) => {
    const result = await run({ exec: { command: ['x'] } }, 1, {
      exitCode,
      timedOut,
      stdout: 'out',
      stderr: 'err',
    });
    expect(result.ok).toBe(ok);
    if (!timedOut) expect(result.output).toBe('outerr');
  });
});

it('a command that the runtime cannot run says nothing about the container', async () => {
  const text = 'exec failed: unable to start container process: exec: "/nope": stat /nope: no such file';
  const exec = (): Promise<ExecResult> =>
    Promise.reject(new PodproofError('runtime', `cannot run "/nope" in container "c-0": ${text}`));
  const probed = { ...target(1), engine: { exec } };
  expect(await runProbe(probed, { exec: { command: ['/nope'] } }, new AbortController().signal)).toEqual({
    ok: false,
    isUnknown: true,
    output: `rpc error: code = Unknown desc = failed to exec in container: OCI runtime exec failed: ${text}: unknown`,
  });
});

describe('tcp', () => {
  it('an open port is success, a closed one is not', async () => {
    const port = await serve(() => {});
    expect((await run({ tcpSocket: { port } })).ok).toBe(true);
    expect((await run({ tcpSocket: { port: 1 } })).output).toBe(
      'dial tcp 127.0.0.1:1: connect: connection refused',
    );
  });
});

/** A health service that knows one name. */
async function health(status: number): Promise<number> {
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const name = Buffer.concat(chunks).subarray(7).toString();
      const isRight = headers[':path'] === '/grpc.health.v1.Health/Check' && name === 'db';
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isRight ? '0' : '5' }));
      stream.end(isRight ? Buffer.from([0, 0, 0, 0, 2, 8, status]) : undefined);
    });
  });
  return listen(server);
}

describe('grpc', () => {
  it.each([
    [1, { ok: true, output: 'service healthy' }],
    [2, { ok: false, output: 'service unhealthy (responded with "NOT_SERVING")' }],
  ])('status %i', async (status, result) => {
    expect(await run({ grpc: { port: await health(status), service: 'db' } })).toEqual(result);
  });

  it('a service that is not known is a failure', async () => {
    const result = await run({ grpc: { port: await health(1), service: 'other' } });
    expect(result).toMatchObject({ ok: false });
    expect(result.output).toBe('error: health rpc probe failed: rpc error: code = NotFound desc = ');
  });

  it('nobody there is a failure', async () => {
    expect((await run({ grpc: { port: 1 }, timeoutSeconds: 0.05 })).output).toBe(
      'timeout: failed to connect service "127.0.0.1:1" within 0.05s: context deadline exceeded',
    );
  });
});

describe('a probe that nobody waits for any more', () => {
  it.each([
    ['httpGet', (port: number): Probe => ({ httpGet: { port }, timeoutSeconds: 60 })],
    ['grpc', (port: number): Probe => ({ grpc: { port }, timeoutSeconds: 60 })],
  ])('%s gives up at once', async (_, probeOf) => {
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => sockets.push(socket.resume()));
    const port = await listen(server);
    const over = new AbortController();
    const result = runProbe(target(port), probeOf(port), over.signal);
    await expect.poll(() => sockets.length).toBe(1);
    over.abort();
    expect((await result).ok).toBe(false);
  });
});
