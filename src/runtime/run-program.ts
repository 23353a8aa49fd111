import { type ChildProcess, spawn } from 'node:child_process';
import { PodproofError, systemCodeOf } from '../core/errors.ts';

export interface RunOptions {
  /** Written to the program's standard input, which is then closed. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** After it the program is killed and the run fails; 60 s unless told. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface ProgramResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const defaultTimeoutMs = 60_000;
const maxOutputBytes = 16 * 1024 * 1024;

/**
 * Runs a program to its end. A failing program is a result, not an error; one that is missing, does not end in time
 * or prints more than 16 MiB is a PodproofError.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProgramResult> {
  const child = spawn(program, args, {
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const failed = stopOnLimits(child, program, options);
  const stdout = collect(child, 'stdout', failed.stop);
  const stderr = collect(child, 'stderr', failed.stop);
  // A program that does not read its input ends with EPIPE here; its exit code tells the rest.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.stdin);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      failed.release();
      reject(startError(program, error));
    });
    child.on('close', (exitCode) => {
      failed.release();
      const error = failed.error();
      if (error !== undefined) reject(error);
      else resolve({ exitCode, stdout: stdout(), stderr: stderr() });
    });
  });
}

/** Runs a program whose children keep its standard streams: they are all /dev/null. Gives its exit code. */
export function runSilently(program: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(program, args, { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(startError(program, error));
    });
    child.on('exit', resolve);
  });
}

interface Limits {
  readonly stop: (error: PodproofError) => void;
  error(): PodproofError | undefined;
  release(): void;
}

function stopOnLimits(child: ChildProcess, program: string, options: RunOptions): Limits {
  let failure: PodproofError | undefined;
  const stop = (error: PodproofError): void => {
    failure ??= error;
    child.kill('SIGKILL');
  };
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const timer = setTimeout(() => {
    stop(new PodproofError('unavailable', `"${program}" did not end within ${timeoutMs / 1000} s`));
  }, timeoutMs);
  const onAbort = (): void => stop(new PodproofError('interrupted', `"${program}" was interrupted`));
  if (options.signal?.aborted === true) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  return {
    stop,
    error: () => failure,
    release: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    },
  };
}

function collect(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  stop: (error: PodproofError) => void,
): () => string {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  child[stream]?.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes > maxOutputBytes)
      stop(
        new PodproofError('unavailable', `"${child.spawnfile}" printed more than ${maxOutputBytes} bytes`),
      );
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function startError(program: string, error: Error): PodproofError {
  if (systemCodeOf(error) === 'ENOENT')
    return new PodproofError('not-found', `cannot run "${program}": it is not installed`, { cause: error });
  return new PodproofError('runtime', `cannot run "${program}": ${error.message}`, { cause: error });
}
