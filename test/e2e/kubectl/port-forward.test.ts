import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { KUBECTL } from '../../support/find-kubectls.ts';
import { shell, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { type ForwardOptions, forwarding } from '../../support/port-forward.ts';

const TRANSPORTS = {
  WebSocket: { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'true' },
  SPDY: { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' },
} as const;

/** Says hello, on the loopback interface of its pod only. */
const SERVER = 'echo hello > /tmp/hello; exec httpd -f -p 127.0.0.1:7000 -h /tmp';

describe.runIf(canRunKubectl())('kubectl port-forward', () => {
  const kubectl = useKubectl('forward');
  const as = (env: Readonly<Record<string, string>>): ForwardOptions => ({
    namespace: 'forward',
    env: { ...kubectl.env, ...env },
  });

  beforeAll(async () => {
    await kubectl.apply(shell('server', SERVER, { labels: { app: 'server' } }));
    await kubectl.apply(
      sleepers('web', 1, { container: { command: ['httpd', '-f', '-p', '8080', '-h', '/etc'] } }),
    );
    await kubectl.ok(['create', 'service', 'clusterip', 'web', '--tcp=80:8080']);
    await kubectl.ok(['patch', 'service', 'web', '-p', '{"spec":{"ports":[{"port":80,"name":"http"}]}}']);
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s']);
  });

  describe.each(Object.entries(TRANSPORTS))('over %s', (_, env) => {
    test('to a port that is only open inside the pod', async () => {
      const said = await forwarding('pod/server', 7000, as(env), async (port) =>
        (await fetch(`http://127.0.0.1:${port}/hello`)).text(),
      );
      expect(said).toBe('hello\n');
    });

    test.each([
      ['service/web', 80],
      ['service/web', 'http'],
      ['deployment/web', 8080],
      ['replicaset', 8080],
    ])('to %s %s', async (target, port) => {
      const found = target === 'replicaset' ? (await kubectl.ok(['get', 'rs', '-o', 'name'])).trim() : target;
      const answers = await forwarding(found, port, as(env), async (local) =>
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
