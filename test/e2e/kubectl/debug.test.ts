import { hostname } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import { KUBECTL } from '../../support/find-kubectls.ts';
import { sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { startOnTerminal } from '../../support/pty.ts';

describe.runIf(canRunKubectl())('kubectl debug', () => {
  const kubectl = useKubectl('debug');

  beforeAll(async () => {
    await kubectl.apply(sleeper('target', { container: { image: 'localhost/busybox:1654' } }));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/target', '--timeout=60s']);
  });

  test('an ephemeral container sees the processes of its target', async () => {
    const program = startOnTerminal(
      KUBECTL,
      [
        '--namespace=debug',
        'debug',
        '-it',
        'target',
        '--image=localhost/busybox:root',
        '--target=c',
        '--',
        'sh',
      ],
      kubectl.env,
    );
    await program.shows('#');
    program.pty.write('ps; echo done\r');
    await program.shows(/sleep 3600[\s\S]*done/);
    program.pty.write('exit\r');
    expect(await program.exit).toBe(0);
    const names = 'jsonpath={.status.ephemeralContainerStatuses[*].state.terminated.exitCode}';
    await expect.poll(() => kubectl.ok(['get', 'pod', 'target', '-o', names]), { timeout: 10_000 }).toBe('0');
  });

  test('--profile=restricted confines it', async () => {
    await kubectl.ok([
      'debug',
      'target',
      '--image=localhost/busybox:1654',
      '--container=strict',
      '--profile=restricted',
      '--',
      'sh',
      '-c',
      'grep -e CapBnd -e NoNewPrivs /proc/self/status; sleep 3600',
    ]);
    await expect
      .poll(async () => (await kubectl.run(['logs', 'target', '-c', 'strict'])).stdout, { timeout: 20_000 })
      .toBe('CapBnd:\t0000000000000000\nNoNewPrivs:\t1\n');
  });

  test('a node is entered with its own root at /host, and its other pods can end meanwhile', async () => {
    await kubectl.apply(sleeper('other'));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/other', '--timeout=30s']);
    const script = 'cat /host/proc/sys/kernel/hostname; sleep 3600';
    const node = ['debug', 'node/podproof', '--image=localhost/busybox:root', '--profile=general', '--'];
    const { stdout, stderr } = await kubectl.run([...node, 'sh', '-c', script]);
    const pod = /node-debugger-podproof-\w+/.exec(stdout + stderr)?.[0] ?? '';
    await expect
      .poll(async () => (await kubectl.run(['logs', pod])).stdout, { timeout: 10_000 })
      .toBe(`${hostname()}\n`);
    await kubectl.ok(['delete', 'pod', 'other'], { timeoutMs: 15_000 });
    await kubectl.ok(['delete', 'pod', pod, '--now']);
  });

  test('--set-image and another command change the copy', async () => {
    const copy = ['debug', 'target', '--copy-to=changed', '--set-image=*=localhost/busybox:root'];
    await kubectl.ok([...copy, '--container=c', '--', 'sh', '-c', 'id -u; sleep 3600']);
    await expect
      .poll(async () => (await kubectl.run(['logs', 'changed'])).stdout, { timeout: 10_000 })
      .toBe('0\n');
  });

  test('--copy-to makes another pod', async () => {
    await kubectl.ok([
      'debug',
      'target',
      '--copy-to=copy',
      '--image=localhost/busybox:root',
      '--container=helper',
      '--',
      'sleep',
      '3600',
    ]);
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/copy', '--timeout=30s']);
    expect(await kubectl.ok(['exec', 'copy', '-c', 'helper', '--', 'whoami'])).toBe('root\n');
  });
});
