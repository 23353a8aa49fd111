import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { connect as connectTls } from 'node:tls';
import { Exec, KubeConfig, PortForward, type V1Status } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container } from '../../src/kube/pod.ts';
import { openStreams } from '../../src/kubelet/open-streams.ts';
import { startPod } from '../../src/node/run-pod.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { KUBECTLS } from '../support/find-kubectls.ts';
import { canRunKubectl } from '../support/machine.ts';
import { type PtyProgram, startOnTerminal } from '../support/pty.ts';
import { type StreamServer, startStreamServer } from '../support/stream-server.ts';
import { openTestNode, script, type TestNode, testPod } from '../support/test-node.ts';

const WEB_SOCKETS = {};
const SPDY = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' };
const TRANSPORTS = [
  { transport: 'WebSocket', env: WEB_SOCKETS, method: 'GET' },
  { transport: 'SPDY', env: SPDY, method: 'POST' },
] as const;
const NEWEST = [...KUBECTLS.keys()].at(-1) ?? '';
const MEGABYTES = randomBytes(3 * 1024 * 1024);

interface Output {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const dir = mkdtempSync(join(tmpdir(), 'podproof-streams-'));
const pods = new Map<string, RunningPod>();
let node: TestNode;
let server: StreamServer;

function kubectlArgs(args: readonly string[]): readonly string[] {
  return ['--server', server.url, '--insecure-skip-tls-verify', '--token', 'x', ...args];
}

function kubectlEnv(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: dir, KUBECONFIG: '/dev/null', ...env };
}

async function kubectl(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: string | Buffer;
    readonly version?: string;
  } = {},
): Promise<Output> {
  const { env = {}, stdin, version = NEWEST } = options;
  const child = spawn(kubectlProgram(version), kubectlArgs(args), { env: kubectlEnv(env) });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  return { exitCode: await exit, stdout, stderr };
}

async function launch(pod: ReturnType<typeof testPod>): Promise<RunningPod> {
  const running = await startPod(node, pod);
  pods.set(pod.metadata.name ?? '', running);
  return running;
}

/** Three ways of being reached. */
async function startWeb(): Promise<void> {
  const servers = [
    'dd if=/dev/urandom of=/tmp/big bs=65536 count=48 2> /dev/null',
    // On loopback only, over IPv4 and IPv6; then anywhere.
    'busybox httpd -h /tmp -p 127.0.0.1:7000',
    'busybox httpd -h /tmp -p [::1]:7006',
    'nc -ll -p 7001 -e cat &',
    'exec sleep 1000',
  ];
  const web = await launch(
    testPod({
      containers: [
        script('main', 'busybox ln -s busybox /bin/tar; exec sleep 1000'),
        script('servers', servers.join('\n')),
      ],
    }),
  );
  await web.waitUntil('ready', 10_000);
}

/** Beside a container that never does. */
async function startHalf(): Promise<void> {
  const containers = [script('main', 'exec sleep 1000'), { name: 'absent', image: 'localhost/absent:1' }];
  const half = await launch(testPod({ containers }, 'half'));
  await half.waitUntil('settled', 10_000);
}

async function launchShell(name: string, more: Partial<Container>): Promise<void> {
  const pod = testPod({ restartPolicy: 'Never', containers: [script('sh', 'exec sh', more)] }, name);
  const shell = await launch(pod);
  await shell.waitUntil('ready', 10_000);
}

/** Runs `use` with a local port that kubectl forwards to the pod `web`, and gives what kubectl printed. */
async function forwarding(
  env: Readonly<Record<string, string>>,
  podPort: number,
  use: (port: number) => Promise<void>,
  version: string = NEWEST,
): Promise<{ readonly stderr: string }> {
  const args = kubectlArgs(['port-forward', 'web', `:${podPort}`]);
  const child = spawn(kubectlProgram(version), args, { env: kubectlEnv(env) });
  const exit = once(child, 'exit');
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  try {
    await expect.poll(() => stdout, { timeout: 5000 }).toContain('Forwarding from 127.0.0.1:');
    await use(Number(/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]));
  } finally {
    child.kill();
    await exit;
  }
  return { stderr };
}

async function fetchBody(port: number, path: string): Promise<Buffer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  return Buffer.from(await response.arrayBuffer());
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function kubectlProgram(version: string = NEWEST): string {
  return KUBECTLS.get(version) ?? 'kubectl';
}

/** Asks a shell for the size of its terminal until it is that one. */
async function saysSize(program: PtyProgram, size: string): Promise<void> {
  await expect
    .poll(
      () => {
        program.pty.write('busybox stty size\r');
        return program.screen();
      },
      { timeout: 5000 },
    )
    .toContain(size);
}

/** Whether a process with that command line is in a container of the pod `web`. */
function runningIn(container: string, command: string): boolean {
  const pid =
    pods
      .get('web')
      ?.containers()
      .find(({ name }) => name === container)?.runtimeContainer?.pid ?? 0;
  const namespace = readlinkSync(`/proc/${pid}/ns/pid`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return line === command && readlinkSync(`/proc/${name}/ns/pid`) === namespace;
      } catch {
        return false;
      }
    });
}

/** Command lines of the processes that a process has started. */
function childrenOf(parent: number): readonly string[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ').filter(Boolean);
  return children.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
}

function clientConfig(): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromOptions({
    clusters: [{ name: 'c', server: server.url, skipTLSVerify: true }],
    users: [{ name: 'u', token: 'x' }],
    contexts: [{ name: 'c', cluster: 'c', user: 'u' }],
    currentContext: 'c',
  });
  return kubeConfig;
}

function findPod(uid: string): RunningPod | undefined {
  return [...pods.values()].find(({ pod }) => pod.metadata.uid === uid);
}

const ECHO = 'exec?command=cat&stdin=true&stdout=true';

/** A request written by hand; resolves when the server has closed the connection. */
async function upgrade(
  path: string,
  headers: readonly string[],
  after: Buffer = Buffer.alloc(0),
): Promise<{ readonly response: string }> {
  const socket = connectTls({
    port: Number(new URL(server.url).port),
    host: '127.0.0.1',
    rejectUnauthorized: false,
  });
  socket.on('error', () => {});
  const request = [
    `POST /api/v1/namespaces/default/pods/web/${path} HTTP/1.1`,
    'Host: x',
    'Connection: Upgrade',
  ];
  const method = headers.includes('Upgrade: websocket') ? 'GET' : 'POST';
  socket.write(`${[...request, ...headers].join('\r\n').replace('POST', method)}\r\n\r\n`);
  socket.write(after);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return { response: Buffer.concat(chunks).toString('latin1') };
}

describe.skipIf(!canRunKubectl())('streams', () => {
  beforeAll(async () => {
    node = await openTestNode();
    node.extraImages.set('localhost/absent:1', { ok: false, reason: 'ErrImagePull', message: 'gone' });
    server = await startStreamServer(
      (name) => {
        const running = pods.get(name);
        return running && { ...running.pod, status: running.status() };
      },
      openStreams({ engine: node.engine, findPod }),
    );
    await Promise.all([startWeb(), startHalf()]);
  });
  afterAll(async () => {
    await server?.close();
    await Promise.all([...pods.values()].map((pod) => pod.stop(0)));
    node?.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  describe.each(TRANSPORTS)('over $transport', ({ env, method }) => {
    it('exec tells outputs apart and ends with the exit code', async () => {
      const before = server.upgrades.length;
      const script = 'echo out; echo err >&2; exit 3';
      const { exitCode, stdout, stderr } = await kubectl(
        ['exec', 'web', '-c', 'main', '--', 'sh', '-c', script],
        { env },
      );
      expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 3, stdout: 'out\n' });
      expect(stderr).toBe('err\ncommand terminated with exit code 3\n');
      expect(server.upgrades.slice(before)).toEqual([`${method} exec`]);
    });

    it('exec carries stdin to its end, and all of the output', async () => {
      const { stdout, exitCode } = await kubectl(['exec', '-i', 'web', '-c', 'main', '--', 'cat'], {
        env,
        stdin: MEGABYTES,
      });
      expect(digestOf(stdout)).toBe(digestOf(MEGABYTES));
      expect(exitCode).toBe(0);
    });

    it('exec refuses a container that does not run, in the words of the kubelet', async () => {
      const { exitCode, stderr } = await kubectl(['exec', 'half', '-c', 'absent', '--', 'whoami'], { env });
      expect(stderr).toBe('error: unable to upgrade connection: container not found ("absent")\n');
      expect(exitCode).toBe(1);
    });

    it('exec says why a program cannot be run', async () => {
      const { exitCode, stderr } = await kubectl(['exec', 'web', '-c', 'main', '--', '/nothing'], { env });
      expect(stderr).toMatch(
        /^error: Internal error occurred: error executing command in container: .*"\/nothing"/,
      );
      expect(exitCode).toBe(1);
    });

    it('cp brings a file there and back', async () => {
      const [there, back] = [join(dir, `there-${method}`), join(dir, `back-${method}`)];
      writeFileSync(there, MEGABYTES);
      const put = await kubectl(['cp', there, 'web:/tmp/copied', '-c', 'main'], { env });
      expect(put).toMatchObject({ exitCode: 0, stderr: '' });
      await kubectl(['cp', 'web:/tmp/copied', back, '-c', 'main'], { env });
      expect(digestOf(readFileSync(back))).toBe(digestOf(MEGABYTES));
    });

    it('a terminal has a size, takes input and changes its size', async () => {
      const args = kubectlArgs(['exec', '-it', 'web', '-c', 'main', '--', 'sh']);
      const program = startOnTerminal(kubectlProgram(), args, kubectlEnv(env), { cols: 91, rows: 33 });
      await saysSize(program, '33 91');
      program.pty.resize(77, 22);
      await saysSize(program, '22 77');
      program.pty.write('exit 5\r');
      expect(await program.exit).toBe(5);
    });

    it('the process of an exec ends when its client is killed', async () => {
      const child = spawn(
        kubectlProgram(),
        kubectlArgs(['exec', 'web', '-c', 'main', '--', 'sleep', '4321']),
        {
          env: kubectlEnv(env),
        },
      );
      await expect.poll(() => runningIn('main', 'sleep 4321'), { timeout: 5000 }).toBe(true);
      child.kill('SIGKILL');
      await expect.poll(() => runningIn('main', 'sleep 4321'), { timeout: 5000 }).toBe(false);
    });

    it('port-forward reaches a server on loopback only, three times at once', async () => {
      await forwarding(env, 7000, async (port) => {
        const bodies = await Promise.all([1, 2, 3].map(() => fetchBody(port, '/big')));
        const digests = new Set(bodies.map(digestOf));
        expect(bodies[0]?.length).toBe(3 * 1024 * 1024);
        expect(digests.size).toBe(1);
      });
    });

    it('port-forward carries both directions, each to its own end', async () => {
      await forwarding(env, 7001, async (port) => {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
        socket.end(MEGABYTES);
        expect(digestOf(await buffer(socket))).toBe(digestOf(MEGABYTES));
      });
    });

    it('port-forward falls back to IPv6', async () => {
      await forwarding(env, 7006, async (port) => {
        expect((await fetchBody(port, '/big')).length).toBe(3 * 1024 * 1024);
      });
    });

    it('port-forward says when nobody listens', async () => {
      const { stderr } = await forwarding(env, 7999, async (port) => {
        await fetchBody(port, '/').catch(() => {});
      });
      expect(stderr).toContain('failed to connect to localhost:7999 inside namespace');
      expect(stderr).toContain('IPv4: dial tcp4 127.0.0.1:7999: connect: connection refused');
    });
  });

  it.each([...KUBECTLS.keys()])('kubectl %s runs a command by whatever it speaks', async (version) => {
    const { exitCode, stdout } = await kubectl(
      ['exec', '-i', 'web', '-c', 'main', '--', 'sh', '-c', 'cat; exit 9'],
      {
        version,
        stdin: 'hello',
      },
    );
    expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 9, stdout: 'hello' });
  });

  it.each([...KUBECTLS.keys()])('kubectl %s forwards by whatever it speaks', async (version) => {
    await forwarding(
      {},
      7000,
      async (port) => expect((await fetchBody(port, '/big')).length).toBe(3145728),
      version,
    );
  });

  it('a slow reader of an exec gets all of its output', async () => {
    const container = pods.get('web')?.containers()[0]?.runtimeContainer;
    if (container === undefined) throw new Error('the container does not run');
    let received = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        received += chunk.length;
        // Longer than output may be silent after the end of its process.
        setTimeout(done, received < 100_000 ? 1500 : 0);
      },
    });
    const args = ['dd', 'if=/dev/zero', 'bs=230000', 'count=1'];
    expect((await node.engine.exec(container, { args, stdout: slow })).exitCode).toBe(0);
    slow.end();
    await finished(slow);
    expect(received).toBe(230_000);
  });

  describe('attach', () => {
    it('joins a shell on its terminal until the shell ends', async () => {
      await launchShell('shell', { stdin: true, stdinOnce: true, tty: true });
      const program = startOnTerminal(
        kubectlProgram(),
        kubectlArgs(['attach', '-it', 'shell']),
        kubectlEnv({}),
      );
      program.pty.write('\r');
      await program.shows('~ # ');
      program.pty.write('echo $((40 + 2))\r');
      await program.shows('42\r\n');
      await saysSize(program, '30 100');
      program.pty.resize(66, 20);
      await saysSize(program, '20 66');
      program.pty.resize(77, 22);
      await saysSize(program, '22 77');
      program.pty.write('exit\r');
      expect(await program.exit).toBe(0);
    });

    it.each(TRANSPORTS)(
      'gives a pod its input once, and its output, over $transport',
      async ({ env, transport }) => {
        const name = `once-${transport.toLowerCase()}`;
        await launchShell(name, { stdin: true, stdinOnce: true });
        const { stdout } = await kubectl(['attach', '-i', name], {
          env,
          stdin: 'echo hello; echo $((6 * 7))\n',
        });
        expect(stdout.toString()).toContain('hello\n42\n');
        await expect.poll(() => pods.get(name)?.status().phase, { timeout: 5000 }).toBe('Succeeded');
      },
    );
  });

  describe('@kubernetes/client-node', () => {
    it('runs a command', async () => {
      const stdout = new PassThrough();
      const stdin = new PassThrough();
      const command = ['sh', '-c', 'cat; exit 4'];
      const status = new Promise<V1Status>((resolve, reject) => {
        new Exec(clientConfig())
          .exec('default', 'web', 'main', command, stdout, null, stdin, false, resolve)
          .catch(reject);
      });
      stdin.end('over the wire');
      expect(await text(stdout)).toBe('over the wire');
      expect((await status).details?.causes).toEqual([{ reason: 'ExitCode', message: '4' }]);
    });

    it('forwards a port over channels', async () => {
      const [output, errors, input] = [new PassThrough(), new PassThrough(), new PassThrough()];
      const socket = await new PortForward(clientConfig()).portForward(
        'default',
        'web',
        [7000],
        output,
        errors,
        input,
      );
      input.write('GET /big HTTP/1.0\r\n\r\n');
      let size = 0;
      output.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      await expect.poll(() => size, { timeout: 5000 }).toBeGreaterThan(3 * 1024 * 1024);
      if ('close' in socket) socket.close();
    });
  });

  describe('a client that does not do its part', () => {
    it.each([
      [
        'no command',
        'exec?stdout=true&container=main',
        'you must specify at least one command for the container',
      ],
      ['no stream', 'exec?command=ls', 'you must specify at least 1 of stdin, stdout, stderr'],
      [
        'no such container',
        'exec?command=ls&stdout=true&container=x',
        'container x is not valid for pod web',
      ],
      [
        'no container of several',
        'attach?stdout=true',
        'a container name must be specified for pod web, choose one of: [main servers]',
      ],
    ])('is refused for %s with a Status', async (_, path, message) => {
      const { response } = await upgrade(path, [
        'Upgrade: SPDY/3.1',
        'X-Stream-Protocol-Version: v4.channel.k8s.io',
      ]);
      expect(response).toMatch(/^HTTP\/1\.1 400 Bad Request/);
      expect(JSON.parse(response.slice(response.indexOf('\r\n\r\n')))).toMatchObject({
        reason: 'BadRequest',
        message,
      });
    });

    it('is refused for a protocol that is not spoken', async () => {
      const headers = [
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ];
      const { response } = await upgrade(`${ECHO}&container=main`, [
        ...headers,
        'Sec-WebSocket-Protocol: nonsense',
      ]);
      expect(response).toMatch(/^HTTP\/1\.1 403 Forbidden[^]*unable to negotiate protocol/);
    });

    it('is refused for a handshake that is not whole', async () => {
      const { response } = await upgrade(`${ECHO}&container=main`, [
        'Upgrade: websocket',
        'Sec-WebSocket-Protocol: v5.channel.k8s.io',
      ]);
      expect(response).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    });

    it('is cut off when it sends garbage in place of SPDY', async () => {
      const { response } = await upgrade(
        `${ECHO}&container=main`,
        ['Upgrade: SPDY/3.1', 'X-Stream-Protocol-Version: v4.channel.k8s.io'],
        Buffer.alloc(100_000, 0xff),
      );
      expect(response).toMatch(/^HTTP\/1\.1 101/);
    });
  });

  it('leaves no connection and no process behind', async () => {
    await expect.poll(() => server.openConnections(), { timeout: 5000 }).toBe(0);
    expect(childrenOf(process.pid).filter((command) => /runc|kubectl/.test(command))).toEqual([]);
  });
});
