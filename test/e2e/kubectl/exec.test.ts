import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KUBECTL } from '../../support/find-kubectls.ts';
import { shell, sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { startOnTerminal } from '../../support/pty.ts';

/** Both ways in which kubectl speaks to a container. */
const TRANSPORTS = {
  WebSocket: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'true' },
  SPDY: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' },
} as const;

describe.runIf(canRunKubectl())('kubectl exec, attach and cp', () => {
  const kubectl = useKubectl('exec');
  const dir = mkdtempSync(join(tmpdir(), 'pp-cp-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  beforeAll(async () => {
    await kubectl.apply(sleeper('box'));
    await kubectl.apply(sleepers('web', 1));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/box', '--timeout=60s']);
    await kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  });

  describe.each(Object.entries(TRANSPORTS))('over %s', (_, env) => {
    test('output, exit code and standard input', async () => {
      const failed = await kubectl.run(['exec', 'box', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'], {
        env,
      });
      expect(failed).toMatchObject({ exitCode: 7, stdout: 'out\n' });
      expect(failed.stderr).toBe('err\ncommand terminated with exit code 7\n');
      const input = 'x'.repeat(300_000);
      const counted = await kubectl.ok(['exec', '-i', 'box', '--', 'wc', '-c'], { env, input });
      expect(counted.trim()).toBe('300000');
    });

    test('a terminal has a size, and follows that of the window', async () => {
      const program = startOnTerminal(
        KUBECTL,
        ['--namespace=exec', 'exec', '-it', 'box', '--', 'sh'],
        { ...kubectl.env, ...env },
        { cols: 91, rows: 27 },
      );
      await program.shows('#');
      program.pty.write('stty size\r');
      await program.shows('27 91');
      program.pty.resize(70, 20);
      program.pty.write('sleep 1; stty size\r');
      await program.shows('20 70');
      program.pty.write('exit 5\r');
      expect(await program.exit).toBe(5);
    });

    test('cp carries files both ways, byte by byte', async () => {
      const file = join(dir, 'there');
      writeFileSync(file, Buffer.alloc(2_000_000, 'abc\n\0'));
      await kubectl.ok(['cp', file, 'box:/tmp/there'], { env });
      await kubectl.ok(['cp', 'box:/tmp/there', join(dir, 'back')], { env });
      expect(readFileSync(join(dir, 'back')).equals(readFileSync(file))).toBe(true);
    });
  });

  test('cp carries directories both ways', async () => {
    mkdirSync(join(dir, 'tree/deep'), { recursive: true });
    writeFileSync(join(dir, 'tree/deep/file'), 'in the deep\n');
    writeFileSync(join(dir, 'tree/run'), '#!/bin/sh\n', { mode: 0o755 });
    await kubectl.ok(['cp', join(dir, 'tree'), 'box:/tmp/tree']);
    expect(
      await kubectl.ok(['exec', 'box', '--', 'sh', '-c', 'cat /tmp/tree/deep/file; ls -l /tmp/tree/run']),
    ).toMatch(/^in the deep\n-rwxr-xr-x/);
    await kubectl.ok(['cp', 'exec/box:/tmp/tree', join(dir, 'again'), '-c', 'c']);
    expect(readFileSync(join(dir, 'again/deep/file'), 'utf8')).toBe('in the deep\n');
  });

  test('exec finds the pod of a deployment', async () => {
    expect(await kubectl.ok(['exec', 'deployment/web', '--', 'whoami'])).toBe('root\n');
  });

  test('a program that is not there is said, with 127 or 126', async () => {
    const { exitCode, stderr } = await kubectl.run(['exec', 'box', '--', 'no-such-program']);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('no-such-program');
  });

  test('attach shows what the container says, and hands it what is typed', async () => {
    await kubectl.apply(
      shell('cat', 'echo ready; cat', {
        container: { stdin: true, stdinOnce: true },
        spec: { restartPolicy: 'Never' },
      }),
    );
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/cat', '--timeout=30s']);
    const { stdout } = await kubectl.run(['attach', '-i', 'cat'], { input: 'typed\n', timeoutMs: 20_000 });
    expect(stdout).toContain('typed\n');
    await kubectl.ok(['wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/cat', '--timeout=30s']);
  });

  test('attach to a terminal', async () => {
    await kubectl.apply(shell('tty', 'exec sh', { container: { stdin: true, tty: true } }));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/tty', '--timeout=30s']);
    const program = startOnTerminal(KUBECTL, ['--namespace=exec', 'attach', '-it', 'tty'], kubectl.env, {
      cols: 88,
      rows: 22,
    });
    await program.shows('try pressing enter');
    // kubectl sends two sizes, so that the program draws its screen anew: the last one stays.
    await expect
      .poll(
        () => {
          program.pty.write('stty size; tty\r');
          return program.screen();
        },
        { interval: 200, timeout: 10_000 },
      )
      .toContain('22 88');
    await program.shows('/dev/pts/0');
    program.pty.kill();
    await program.exit;
  });

  test('a process whose client goes away does not stay', async () => {
    const marker = '31415';
    const program = kubectl.run(['exec', 'box', '--', 'sleep', marker], { timeoutMs: 1500 });
    await program;
    await expect
      .poll(() => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(`sleep ${marker}`), {
        timeout: 5000,
      })
      .toBe(false);
  });

  test('a container that does not run cannot be entered', async () => {
    await kubectl.apply(sleeper('refused', { spec: { securityContext: { runAsNonRoot: true } } }));
    await kubectl.ok(
      [
        'wait',
        '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CreateContainerConfigError',
        'pod/refused',
      ],
      { timeoutMs: 30_000 },
    );
    const { stderr, exitCode } = await kubectl.run(['exec', 'refused', '--', 'true']);
    expect(stderr).toBe('error: unable to upgrade connection: container not found ("c")\n');
    expect(exitCode).toBe(1);
    const unknown = await kubectl.run(['exec', 'box', '-c', 'nobody', '--', 'true']);
    expect(unknown.stderr).toContain('container nobody is not valid for pod box');
  });
});
