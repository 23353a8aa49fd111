import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { LifecycleHandler } from '../kube/pod.ts';
import type { ExecRequest, ExecResult } from '../runtime/engine.ts';
import { systemClock } from './clock.ts';
import type { ContainerTarget } from './container-target.ts';
import { type HookOutcome, runHook } from './lifecycle-hooks.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server that answers with that status, or never. */
async function serve(status: number | undefined): Promise<{ port: number; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(`${request.headers['user-agent']} ${request.url}`);
    if (status !== undefined) response.writeHead(status).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server has a port
  return { port: (server.address() as AddressInfo).port, paths };
}

interface HookOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly exec?: (request: ExecRequest) => Promise<ExecResult>;
}

function run(handler: LifecycleHandler, options: HookOptions = {}): Promise<HookOutcome> {
  const sandbox = {
    id: 's',
    dir: '/',
    hostname: 's',
    user: { mode: 'host' as const },
    namespacePaths: {},
    ips: [],
    cgroupPath: '/s',
  };
  const target: ContainerTarget = {
    engine: { exec: (_, request) => options.exec?.(request) ?? Promise.reject(new Error('no exec')) },
    container: { name: 'c' },
    runtimeContainer: { id: 'c-0', sandbox, dir: '/', pid: 1, startTime: 1, logPath: '/log' },
    address: '127.0.0.1',
  };
  return runHook({
    target,
    handler,
    clock: systemClock,
    timeoutMs: options.timeoutMs,
    signal: options.signal ?? new AbortController().signal,
  });
}

describe('httpGet', () => {
  it.each([200, 404, 500])('an answer is success, whatever its status: %i', async (status) => {
    const { port, paths } = await serve(status);
    expect(await run({ httpGet: { port, path: '/ready' } })).toEqual({ ok: true });
    expect(paths).toEqual(['kube-lifecycle/1.36 /ready']);
  });

  it('nobody who answers is a failure', async () => {
    const { port } = await serve(200);
    servers[0]?.close();
    expect(await run({ httpGet: { port } })).toMatchObject({ ok: false });
  });

  it('an answer that does not come is waited for no longer than the grace period', async () => {
    const { port } = await serve(undefined);
    const outcome = await run({ httpGet: { port } }, { timeoutMs: 50 });
    expect(outcome).toMatchObject({ ok: false, message: expect.stringContaining('deadline exceeded') });
  });

  it('nor once the container has ended', async () => {
    const { port, paths } = await serve(undefined);
    const ended = new AbortController();
    const outcome = run({ httpGet: { port } }, { signal: ended.signal });
    await expect.poll(() => paths.length).toBe(1);
    ended.abort();
    expect((await outcome).ok).toBe(false);
  });
});

describe('sleep', () => {
  it('takes its time, within the grace period', async () => {
    const startedAt = Date.now();
    expect(await run({ sleep: { seconds: 0.05 } })).toEqual({ ok: true });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(49);
    expect(await run({ sleep: { seconds: 1000 } }, { timeoutMs: 20 })).toEqual({ ok: true });
  });

  it('ends with the container', async () => {
    expect(await run({ sleep: { seconds: 1000 } }, { signal: AbortSignal.timeout(20) })).toEqual({
      ok: true,
    });
  });
});

describe('exec', () => {
  it.each([
    [{ exitCode: 0, timedOut: false }, { ok: true }],
    [
      { exitCode: 3, timedOut: false },
      { ok: false, message: "command '/x' exited with 3: no", output: 'no' },
    ],
    [
      { exitCode: 137, timedOut: true },
      { ok: false, message: 'command timed out: no', output: 'no' },
    ],
  ])('%j', async (result, outcome) => {
    const exec = async () => ({ stdout: '', stderr: 'no', ...result });
    expect(await run({ exec: { command: ['/x'] } }, { exec })).toEqual(outcome);
  });
});
