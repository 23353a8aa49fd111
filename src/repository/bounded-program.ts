import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

/** A program to run, and how much of it is borne. */
export interface ProgramRun {
  /** Absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  /** All that the program's environment has. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs: number;
  /** More output than this ends it. */
  readonly maxOutputBytes: number;
  /** How much address space it may have; as much as it likes unless told. */
  readonly maxMemoryBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

export type ProgramResult =
  | { readonly ended: 'exit'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly ended: 'signal'; readonly signal: string; readonly stderr: string }
  | { readonly ended: 'timeout' | 'flood' | 'aborted' }
  | { readonly ended: 'never-started'; readonly reason: string };

const SHELL = '/bin/sh';
/** Enough for what a program says of its failure. */
const MAX_ERROR_BYTES = 64 * 1024;
/** Pipes that somebody still holds when the program is gone are waited for this long. */
const LINGER_MS = 200;

/**
 * Runs a program in a process group of its own, without input, and resolves when nothing of it is left: at its end, or
 * killed at the time limit, at too much output, or when the signal aborts. Never rejects.
 */
export function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const { env, cwd, timeoutMs, maxOutputBytes, signal } = run;
  if (signal?.aborted === true) return Promise.resolve({ ended: 'aborted' });
  return new Promise((resolve) => {
    const [program, ...args] = commandOf(run);
    const child = spawn(program, args, {
      env: { ...env },
      ...(cwd !== undefined && { cwd }),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let cause: 'timeout' | 'flood' | 'aborted' | undefined;
    let linger: NodeJS.Timeout | undefined;
    const killGroup = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    const end = (why: NonNullable<typeof cause>): void => {
      cause ??= why;
      killGroup();
    };
    const onAbort = (): void => end('aborted');
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    const stdout = collect(child.stdout, maxOutputBytes, () => end('flood'));
    const stderr = collect(child.stderr, MAX_ERROR_BYTES);
    const finish = (result: ProgramResult): void => {
      clearTimeout(timer);
      clearTimeout(linger);
      process.off('exit', killGroup);
      signal?.removeEventListener('abort', onAbort);
      resolve(cause === undefined ? result : { ended: cause });
    };
    // What this process starts does not outlive it.
    process.on('exit', killGroup);
    signal?.addEventListener('abort', onAbort, { once: true });
    child.on('error', (error) => finish({ ended: 'never-started', reason: error.message }));
    child.on('exit', () => {
      linger = setTimeout(killGroup, LINGER_MS);
    });
    child.on('close', (code, killer) => {
      if (code === null) finish({ ended: 'signal', signal: killer ?? 'unknown', stderr: stderr() });
      else finish({ ended: 'exit', code, stdout: stdout(), stderr: stderr() });
    });
  });
}

/** Only a shell can set limits for what it becomes. */
function commandOf({ program, args, maxMemoryBytes }: ProgramRun): readonly [string, ...string[]] {
  if (maxMemoryBytes === undefined || !existsSync(SHELL)) return [program, ...args];
  const script = `ulimit -v ${Math.floor(maxMemoryBytes / 1024)} 2>/dev/null; exec "$0" "$@"`;
  return [SHELL, '-c', script, program, ...args];
}

/** Keeps what comes up to a limit; answers with a function that gives it as text. */
function collect(stream: NodeJS.ReadableStream, maxBytes: number, onMore?: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    const room = maxBytes - size;
    if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    size += chunk.length;
    if (size > maxBytes) onMore?.();
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
