import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { PodproofError } from '../core/errors.ts';
import { sendKill } from './cgroups.ts';
import type { ExecRequest, ExecResult, RuntimeContainer } from './engine.ts';
import { type EngineContext, runtimeIdOf } from './engine-context.ts';
import { containerLayout } from './layout.ts';
import type { RuntimeSpec } from './oci.ts';
import { readRecord } from './record-file.ts';
import { runtimeError } from './runc.ts';

interface ExecFiles {
  readonly process: string;
  readonly pid: string;
  readonly log: string;
}

/** Runs a further process with the container's own process object: same user, capabilities, filter, environment. */
export async function exec(
  context: EngineContext,
  container: RuntimeContainer,
  request: ExecRequest,
): Promise<ExecResult> {
  const base = join(container.dir, `exec-${randomUUID()}`);
  const files = { process: `${base}.json`, pid: `${base}.pid`, log: `${base}.log` };
  writeFileSync(files.process, processJson(container, request), { mode: 0o600 });
  const { program, globalArgs } = context.runtime;
  const runtimeId = runtimeIdOf(container.sandbox, container.id);
  const log = ['--log', files.log, '--log-format', 'json'];
  const command = ['exec', '--process', files.process, '--pid-file', files.pid, runtimeId];
  const args = [...globalArgs, ...log, ...command];
  try {
    const outcome =
      request.terminal === true
        ? await runOnTerminal(program, args, request, files)
        : await runOnPipes(program, args, request, files);
    // The runtime notes the pid once the process has started: without it the exit code is the runtime's own.
    if (outcome.exitCode !== 0 && !outcome.timedOut && !existsSync(files.pid))
      throw runtimeError(
        program,
        `run "${request.args[0] ?? ''}" in container "${container.id}"`,
        existsSync(files.log) ? readFileSync(files.log, 'utf8') : outcome.stderr,
      );
    return outcome;
  } finally {
    for (const file of Object.values(files)) rmSync(file, { force: true });
  }
}

/**
 * The container's own process object with other arguments. Its 64-bit limits, which would not survive being parsed,
 * go over as text.
 */
function processJson(container: RuntimeContainer, request: ExecRequest): string {
  const { config } = containerLayout(container.sandbox.dir, container.id);
  const spec = readRecord<Pick<RuntimeSpec, 'process'>>(config);
  if (spec === undefined)
    throw new PodproofError('not-found', `no container "${container.id}" to run a process in`);
  const limits = /"rlimits":(\[.*?\])/.exec(readFileSync(config, 'utf8'))?.[1] ?? '[]';
  const terminal = request.terminal === true;
  // The runtime hands a size on only some time after the start; until then a terminal would have none.
  const size = terminal ? { consoleSize: { width: defaultColumns, height: defaultRows } } : {};
  const changed = { ...spec.process, args: request.args, terminal, ...size, rlimits: null };
  return JSON.stringify(changed).replace('"rlimits":null', `"rlimits":${limits}`);
}

const defaultColumns = 80;
const defaultRows = 24;

const keptOutputBytes = 64 * 1024;
/** How long output may be silent after the end of the process, when children of it hold it open. */
const drainMs = 1000;
const killedExitCode = 137;

async function runOnPipes(
  program: string,
  args: readonly string[],
  request: ExecRequest,
  files: ExecFiles,
): Promise<ExecResult> {
  const child = spawn(program, args, {
    stdio: [request.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  if (child.stdin !== null) {
    child.stdin.on('error', () => {});
    request.stdin?.pipe(child.stdin);
  }
  const stdout = deliver(child, 'stdout', request);
  // Until the process runs, what is said there are the runtime's own words, which are told as an error.
  const stderr = deliver(child, 'stderr', request, (begin) => whenStarted(child, files, begin));
  const limit = endOnLimits(request, files);
  try {
    const exitCode = await endOf(child, program);
    return { exitCode, stdout: stdout(), stderr: stderr(), timedOut: limit.timedOut() };
  } finally {
    limit.release();
    if (child.stdin !== null) request.stdin?.unpipe(child.stdin);
  }
}

function deliver(
  child: ChildProcess,
  name: 'stdout' | 'stderr',
  request: ExecRequest,
  onceReady: (begin: (isStarted: boolean) => void) => void = (begin) => begin(true),
): () => string {
  const target = request[name];
  if (target !== undefined) {
    onceReady((isStarted) => {
      const output = child[name];
      if (!isStarted || target.destroyed) {
        output?.resume();
        return;
      }
      output?.pipe(target, { end: false });
      // Without a reader it would never be at its end.
      target.once('close', () => output?.resume());
    });
    return () => '';
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  child[name]?.on('data', (chunk: Buffer) => {
    if (sizeBytes < keptOutputBytes) chunks.push(chunk.subarray(0, keptOutputBytes - sizeBytes));
    sizeBytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function endOf(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(new PodproofError('runtime', `cannot run "${program}": ${error.message}`, { cause: error }));
    });
    child.on('exit', (code) => {
      const exitCode = code ?? killedExitCode;
      const stop = endWhenSilent([child.stdout, child.stderr]);
      child.on('close', () => {
        stop();
        resolve(exitCode);
      });
    });
  });
}

/** Ends outputs that say no more; one that waits for its reader is not silent. */
function endWhenSilent(outputs: readonly (Readable | null)[]): () => void {
  const bytesOf = (): number =>
    outputs.reduce((sum, output) => sum + (output instanceof Socket ? output.bytesRead : 0), 0);
  let lastBytes = bytesOf();
  const timer = setInterval(() => {
    const bytes = bytesOf();
    const isWaiting = outputs.some(
      (output) => output !== null && (output.readableLength > 0 || output.isPaused()),
    );
    if (bytes === lastBytes && !isWaiting) for (const output of outputs) output?.destroy();
    lastBytes = bytes;
  }, drainMs);
  return () => clearInterval(timer);
}

const pidRetryMs = 5;

/** Calls back once the process runs, or with false when the runtime has ended without. */
function whenStarted(child: ChildProcess, files: ExecFiles, begin: (isStarted: boolean) => void): void {
  const settle = (): void => {
    stop();
    child.off('exit', settle).off('error', settle);
    begin(existsSync(files.pid));
  };
  const stop = onceStarted(files, settle);
  child.once('exit', settle).once('error', settle);
}

/** Calls back once the runtime has noted the pid of the process; returns the way to give up. */
function onceStarted(files: ExecFiles, begin: () => void): () => void {
  const timer = setInterval(() => {
    if (!existsSync(files.pid)) return;
    clearInterval(timer);
    begin();
  }, pidRetryMs);
  return () => clearInterval(timer);
}

interface ExecLimits {
  timedOut(): boolean;
  release(): void;
}

/** Time and interruption end the process inside; the runtime then ends by itself. */
function endOnLimits(request: ExecRequest, files: ExecFiles): ExecLimits {
  let timedOut = false;
  let retry: NodeJS.Timeout | undefined;
  const kill = (): void => {
    const pid = existsSync(files.pid) ? Number(readFileSync(files.pid, 'utf8')) : 0;
    if (pid > 0) sendKill(pid);
    // The runtime is still making the process.
    else retry = setTimeout(kill, pidRetryMs);
  };
  const onTimeout = (): void => {
    timedOut = true;
    kill();
  };
  const timer = request.timeoutMs === undefined ? undefined : setTimeout(onTimeout, request.timeoutMs);
  request.signal?.addEventListener('abort', kill, { once: true });
  return {
    timedOut: () => timedOut,
    release: () => {
      clearTimeout(timer);
      clearTimeout(retry);
      request.signal?.removeEventListener('abort', kill);
    },
  };
}

async function runOnTerminal(
  program: string,
  args: readonly string[],
  request: ExecRequest,
  files: ExecFiles,
): Promise<ExecResult> {
  const { spawn: spawnOnTerminal } = await import('@lydell/node-pty');
  const terminal = spawnOnTerminal(program, [...args], {
    name: 'xterm',
    cols: defaultColumns,
    rows: defaultRows,
    encoding: null,
  });
  const chunks: Buffer[] = [];
  const socket = socketOf(terminal);
  const resume = (): void => terminal.resume();
  // What comes before the process is the runtime's own: its error, which is told as such.
  terminal.pause();
  const giveUp = onceStarted(files, resume);
  terminal.onData((data: string | Buffer) => {
    const chunk = typeof data === 'string' ? Buffer.from(data) : data;
    if (request.stdout === undefined) chunks.push(chunk);
    else if (!request.stdout.write(chunk) && !request.stdout.destroyed) {
      terminal.pause();
      request.stdout.once('drain', resume);
    }
  });
  request.stdout?.once('close', resume);
  const decoder = new StringDecoder('utf8');
  const onInput = (chunk: Buffer): void => {
    terminal.write(decoder.write(chunk));
    if (socket?.writableNeedDrain !== true) return;
    request.stdin?.pause();
    socket.once('drain', () => request.stdin?.resume());
  };
  request.stdin?.on('data', onInput);
  request.onTerminal?.({
    resize: (columns, rows) => {
      // Once closed, its number may be another terminal's; a client may not know yet that the command has ended.
      if (socket?.destroyed === true) return;
      try {
        terminal.resize(columns, rows);
      } catch {
        // It closes at this moment.
      }
    },
  });
  const limit = endOnLimits(request, files);
  const exitCode = await new Promise<number>((resolve) => {
    terminal.onExit((exit) => {
      resolve(exit.exitCode);
    });
  });
  giveUp();
  limit.release();
  request.stdin?.off('data', onInput);
  request.stdout?.off('close', resume);
  const stdout = Buffer.concat(chunks).subarray(0, keptOutputBytes).toString('utf8');
  return { exitCode, stdout, stderr: '', timedOut: limit.timedOut() };
}

/** What a terminal is written through: unlike the terminal, it tells when it is full. */
function socketOf(terminal: object): Socket | undefined {
  const socket: unknown = Reflect.get(terminal, '_socket');
  return socket instanceof Socket ? socket : undefined;
}
