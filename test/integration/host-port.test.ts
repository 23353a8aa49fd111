import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { canRunContainers } from '../support/machine.ts';
import { PODPROOF } from '../support/paths.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** What the URL answers, as soon as it does. */
async function answerOf(url: string): Promise<unknown> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      return await (await fetch(url, { signal: AbortSignal.timeout(1000) })).json();
    } catch {
      await delay(100);
    }
  }
  throw new Error(`${url} does not answer`);
}

test.skipIf(!canRunContainers())("docker's -p leads to the container, until it has ended", async () => {
  const hostPort = await freePort();
  const child = spawn(PODPROOF, ['run', '-p', `${hostPort}:8080`, 'localhost/web:non-root'], {
    env: { ...process.env, PODPROOF_ROOT: inject('podproofRoot') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const closed = once(child, 'close');
  try {
    expect(await answerOf(`http://127.0.0.1:${hostPort}/Environment`)).toMatchObject({ uid: 1654 });
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
  await expect(fetch(`http://127.0.0.1:${hostPort}/`)).rejects.toThrow();
});

test.skipIf(!canRunContainers())(
  'a hostPort of the machine leads to the container, until the pod is gone',
  async () => {
    const hostPort = await freePort();
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: {
        containers: [
          { name: 'web', image: 'localhost/web:non-root', ports: [{ containerPort: 8080, hostPort }] },
        ],
      },
    };
    const child = spawn(PODPROOF, ['run', '-f', '-'], {
      env: { ...process.env, PODPROOF_ROOT: inject('podproofRoot') },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(JSON.stringify(pod));
    const closed = once(child, 'close');
    try {
      expect(await answerOf(`http://127.0.0.1:${hostPort}/Environment`)).toMatchObject({
        user: 'app',
        uid: 1654,
      });
    } finally {
      child.kill('SIGTERM');
      await closed;
    }
    await expect(fetch(`http://127.0.0.1:${hostPort}/`)).rejects.toThrow();
  },
);
