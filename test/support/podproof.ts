import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import { PODPROOF } from './paths.ts';

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user does, on the test run's own root unless `env` says otherwise, in `cwd`. */
export async function podproof(
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Outcome> {
  const child = spawn(PODPROOF, args, {
    cwd,
    env: { ...process.env, PODPROOF_ROOT: inject('podproofRoot'), NO_COLOR: '1', ...env },
    stdio: 'pipe',
  });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, stdout, stderr };
}
