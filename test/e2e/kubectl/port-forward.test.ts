import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { KUBECTL } from '../../support/find-kubectls.ts';
import { shell, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

const TRANSPORTS = {
  WebSocket: { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'true' },
  SPDY: { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' },
} as const;

/** Says hello, on the loopback interface of its pod only. */
const SERVER = 'echo hello > /tmp/hello; exec httpd -f -p 127.0.0.1:7000 -h /tmp';

describe.runIf(canRunKubectl())('kubectl port-forward', () => {
  const kubectl = useKubectl('forward');

  beforeAll(async () => {
    await kubectl.apply(shell('server', SERVER, { labels: { app: 'server' } }));
    await kubectl.apply(
      sleepers('web', 1, { container: { command: ['httpd', '-f', '-p', '8080', '-h', '/etc'] } }),
    );
    await kubectl.ok(['expose', 'deployment', 'web', '--port=80', '--target-port=8080']);
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s']);
  });

  /** Forwards a free local port, and hands it to `work`. */
  async function forwarding<T>(
    target: string,
    port: number,
    env: Readonly<Record<string, string>>,
    work: (localPort: number) => Promise<T>,
  ): Promise<T> {
    const child = spawn(KUBECTL, ['--namespace=forward', 'port-forward', target, `:${port}`], {
      env: { ...kubectl.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const localPort = await new Promise<number>((resolve, reject) => {
      let shown = '';
      const look = (chunk: Buffer): void => {
        shown += chunk.toString();
        const found = /Forwarding from 127\.0\.0\.1:(\d+) ->/.exec(shown)?.[1];
        if (found !== undefined) resolve(Number(found));
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.on('exit', () => reject(new Error(`port-forward ended: ${shown}`)));
    });
    try {
      return await work(localPort);
    } finally {
      child.removeAllListeners('exit');
      child.kill();
    }
  }

  describe.each(Object.entries(TRANSPORTS))('over %s', (_, env) => {
    test('to a port that is only open inside the pod', async () => {
      const said = await forwarding('pod/server', 7000, env, async (port) =>
        (await fetch(`http://127.0.0.1:${port}/hello`)).text(),
      );
      expect(said).toBe('hello\n');
    });

    test.each(['service/web', 'deployment/web'])('to %s', async (target) => {
      const port = target.startsWith('service') ? 80 : 8080;
      const answers = await forwarding(target, port, env, async (local) =>
        Promise.all([1, 2, 3].map(async () => (await fetch(`http://127.0.0.1:${local}/hostname`)).text())),
      );
      for (const answer of answers) expect(answer).toMatch(/^web-/);
    });
  });

  test('a port where nobody listens is said', async () => {
    const child = spawn(KUBECTL, ['--namespace=forward', 'port-forward', 'pod/server', ':7999'], {
      env: { ...kubectl.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const errors = text(child.stderr);
    child.stdout.once('data', (line: Buffer) => {
      const port = Number(/127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1]);
      createConnection(port, '127.0.0.1').on('error', () => undefined);
      setTimeout(() => child.kill(), 1500);
    });
    expect(await errors).toMatch(/7999[\s\S]*connection refused/);
  });
});
