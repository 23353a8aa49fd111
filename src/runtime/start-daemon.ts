import { spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { PodproofError, systemCodeOf } from '../core/errors.ts';

export interface DaemonRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path; what the daemon prints is appended. */
  readonly logPath: string;
  readonly readyTimeoutMs: number;
  /** Aborted: the daemon is told to end (SIGINT), and its end is waited for. */
  readonly signal: AbortSignal;
}

/** What the daemon said when it was ready, or why it never was. */
export type DaemonStart =
  | { readonly ok: true; readonly pid: number; readonly report: string }
  | { readonly ok: false; readonly exitCode: number | null };

/** The descriptor on which a daemon tells its starter that it is ready. */
const readyFd = 3;

/** The variable by which a daemon knows that somebody waits for it. */
export const READY_FD_VARIABLE = 'PODPROOF_READY_FD';

/**
 * Starts a process that outlives this one, in a session of its own, and waits until it says that it is ready. One that
 * does not say so in time is killed.
 */
export async function startDaemon(request: DaemonRequest): Promise<DaemonStart> {
  const log = openSync(request.logPath, 'a', 0o600);
  const child = spawn(request.program, request.args, {
    cwd: '/',
    detached: true,
    env: { ...request.env, [READY_FD_VARIABLE]: String(readyFd) },
    stdio: ['ignore', log, log, 'pipe'],
  });
  closeSync(log);
  const ready = child.stdio[readyFd];
  if (ready === null || ready === undefined || !('readable' in ready) || child.pid === undefined) {
    throw new PodproofError('runtime', `cannot start "${request.program}"`);
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), request.readyTimeoutMs);
  const interrupt = (): void => void child.kill('SIGINT');
  request.signal.addEventListener('abort', interrupt);
  const report = await text(ready);
  clearTimeout(timer);
  request.signal.removeEventListener('abort', interrupt);
  if (report === '') return { ok: false, exitCode: await ended };
  child.unref();
  return { ok: true, pid: child.pid, report };
}

/** Tells whoever started this daemon that it is ready; nothing when nobody waits, or does not any more. */
export function reportReady(env: Readonly<Record<string, string | undefined>>, report: string): void {
  const fd = Number(env[READY_FD_VARIABLE]);
  if (!Number.isInteger(fd) || fd < readyFd) return;
  try {
    writeSync(fd, report);
  } catch (error) {
    if (systemCodeOf(error) !== 'EPIPE') throw error;
  }
  closeSync(fd);
}
