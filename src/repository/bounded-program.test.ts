import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type ProgramResult, runProgram } from './bounded-program.ts';

/** A shell script, with little time and little to say. */
function run(
  script: string,
  limits: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<ProgramResult> {
  const env = { PATH: '/usr/bin:/bin', ONLY: 'this' };
  const { timeoutMs = 20_000, signal } = limits;
  return runProgram({
    program: '/bin/sh',
    args: ['-c', script],
    env,
    timeoutMs,
    maxOutputBytes: 1000,
    signal,
  });
}

/** One that ended and that nobody has asked about yet is gone, too. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a program that is run', () => {
  test('gives its output, what it said of errors, and its exit code', async () => {
    expect(await run('echo out; echo err >&2; exit 3')).toEqual({
      ended: 'exit',
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('has the environment that it is given and no input', async () => {
    process.env['OF_TEST'] = 'secret';
    expect(await run('echo "$ONLY$OF_TEST"; cat')).toMatchObject({ stdout: 'this\n' });
    delete process.env['OF_TEST'];
  });

  test('that does not end is killed, with all that it started', async () => {
    const pidOf = `sleep 60 & echo $! >&2; wait`;
    const result = await run(`exec 3>&1; ${pidOf}`, { timeoutMs: 200 });
    expect(result).toEqual({ ended: 'timeout' });
  });

  test('leaves nobody behind who holds its pipes', async () => {
    const result = await run('sleep 60 & echo $!');
    expect(result).toMatchObject({ ended: 'exit', code: 0 });
    const pid = 'stdout' in result ? Number(result.stdout) : Number.NaN;
    for (let tries = 0; tries < 300 && isAlive(pid); tries += 1) await sleep(10);
    expect(isAlive(pid)).toBe(false);
  });

  test('that floods is killed', async () => {
    expect(await run('while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done')).toEqual({ ended: 'flood' });
  });

  test('is killed when the check is ended, and not started after that', async () => {
    const controller = new AbortController();
    const running = run('sleep 60', { signal: controller.signal });
    controller.abort();
    expect(await running).toEqual({ ended: 'aborted' });
    expect(await run('true', { signal: controller.signal })).toEqual({ ended: 'aborted' });
  });

  test('gets no more memory than it may have', async () => {
    const base = {
      program: '/bin/sh',
      env: { PATH: '/usr/bin:/bin' },
      timeoutMs: 5000,
      maxOutputBytes: 1000,
    };
    const told = await runProgram({
      ...base,
      args: ['-c', 'ulimit -v; echo "$1"', 'sh', 'a b'],
      maxMemoryBytes: 2 ** 30,
    });
    expect(told).toMatchObject({ stdout: '1048576\na b\n' });
  });

  test('that ends by a signal, or cannot be started, says so', async () => {
    expect(await run('kill -TERM $$')).toMatchObject({ ended: 'signal', signal: 'SIGTERM' });
    const missing = { program: '/no/such', args: [], env: {}, timeoutMs: 100, maxOutputBytes: 1 };
    expect(await runProgram(missing)).toMatchObject({ ended: 'never-started' });
  });
});
