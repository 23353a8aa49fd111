import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import { canRunContainers } from '../support/machine.ts';
import { PODPROOF } from '../support/paths.ts';
import { podproof } from '../support/podproof.ts';

const pods = ['a', 'b']
  .map((name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      hostUsers: false,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'c',
          image: 'localhost/busybox:root',
          command: ['sleep', '100'],
          volumeMounts: [{ name: 'v', mountPath: '/v' }],
        },
      ],
      volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
    },
  }))
  .map((pod) => JSON.stringify(pod))
  .join('\n---\n');

/** What is left of pods in this test run's root: their directories, mounts, cgroups, and processes that name the root. */
function leftovers(): readonly string[] {
  const root = inject('podproofRoot');
  const dir = join(root, 'lib', 'pods');
  const pods = existsSync(dir) ? readdirSync(dir) : [];
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [
    ...pods,
    ...mounts.filter((line) => line.includes(root)),
    ...processes().filter((command) => command.includes(`${root}/`)),
  ];
}

/** The command lines of all processes. */
function processes(): readonly string[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
    } catch {
      return [];
    }
  });
}

describe.skipIf(!canRunContainers())('Ctrl-C', () => {
  // From before the first line of podproof runs until the pods are long up.
  test.each(
    [
      ['run', '-f', '-'],
      ['prove', '-f', '-', '--settle', '100s'],
    ].flatMap((args) => [20, 80, 130, 180, 240, 320, 450, 1500].map((afterMs) => ({ args, afterMs }))),
  )('$args, after $afterMs ms: nothing is left', async ({ args, afterMs }) => {
    const child = spawn(PODPROOF, args, {
      env: { ...process.env, PODPROOF_ROOT: inject('podproofRoot') },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(pods);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const closed = once(child, 'close');
    await delay(afterMs);
    child.kill('SIGINT');
    await closed;
    // Before there is anything to clean up the signal does what it does to every program.
    expect([130, null], errors).toContain(child.exitCode);
    expect(leftovers()).toEqual([]);
  });

  test('what a kill leaves goes with the next command', async () => {
    const child = spawn(PODPROOF, ['run', '-f', '-'], {
      env: { ...process.env, PODPROOF_ROOT: inject('podproofRoot') },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(pods);
    const closed = once(child, 'close');
    await delay(600);
    child.kill('SIGKILL');
    await closed;
    expect(leftovers()).not.toEqual([]);
    const next = await podproof(['run', 'localhost/busybox:root', 'true']);
    expect(next.exitCode).toBe(0);
    expect(next.stderr).toContain('removed what was left of pod default/a');
    expect(leftovers()).toEqual([]);
  });
});
