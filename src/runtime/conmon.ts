import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PodproofError, systemCodeOf } from '../core/errors.ts';
import { readProcStat } from '../linux/proc-stat.ts';
import { directoryChanges } from './directory-changes.ts';
import type { ContainerExit, ContainerProcess } from './engine.ts';
import type { ContainerLayout } from './layout.ts';
import { cleanRuntimeText, type OciRuntime } from './runc.ts';

/** Where conmon is expected when nobody says otherwise. */
export const defaultMonitor = 'conmon';

/** The kubelet's containerLogMaxSize. The monitor begins the log anew when it is full. */
const defaultMaxLogBytes = 10 * 1024 ** 2;

export interface MonitorRequest {
  readonly monitor: string;
  readonly runtime: OciRuntime;
  /** Of the container for the runtime; also the name of its exit file. */
  readonly runtimeId: string;
  readonly layout: ContainerLayout;
  readonly process: ContainerProcess;
  readonly logPath: string;
  readonly maxLogBytes: number | undefined;
}

/**
 * Starts a monitor, which has the runtime create the container, and gives the pid of its first process. The monitor
 * goes on by itself, keeps the newest part of the log in CRI format and leaves the exit code in `exitDir`.
 */
export async function startMonitor(request: MonitorRequest): Promise<number> {
  const { layout, runtime } = request;
  mkdirSync(layout.exitDir, { recursive: true });
  const report = await runUntilReport(request.monitor, monitorArgs(request), layout.dir);
  if (report.pid !== undefined) return report.pid;
  const log = await readFile(layout.runtimeLog, 'utf8').catch(() => '');
  const text = cleanRuntimeText(log) || cleanRuntimeText(report.message);
  throw new PodproofError(
    'runtime',
    text === '' ? `"${runtime.program}" failed to create a container` : text,
  );
}

function monitorArgs(request: MonitorRequest): readonly string[] {
  const { runtime, runtimeId, layout, process, logPath, maxLogBytes = defaultMaxLogBytes } = request;
  const runtimeArgs = [...runtime.globalArgs, '--log', layout.runtimeLog, '--log-format', 'json'];
  const options: Readonly<Record<string, string>> = {
    '--cid': runtimeId,
    '--cuuid': runtimeId,
    '--name': runtimeId,
    '--runtime': runtime.program,
    '--bundle': layout.dir,
    '--exit-dir': layout.exitDir,
    '--container-pidfile': layout.pidFile,
    '--conmon-pidfile': layout.monitorPidFile,
    '--log-path': `k8s-file:${logPath}`,
    '--log-size-max': String(maxLogBytes),
    '--log-level': 'error',
  };
  return [
    ...Object.entries(options).flat(),
    '--no-sync-log',
    '--full-attach',
    ...(process.terminal ? ['--terminal'] : []),
    ...(process.stdin ? ['--stdin'] : []),
    ...(process.stdin && !process.stdinOnce ? ['--leave-stdin-open'] : []),
    ...runtimeArgs.flatMap((arg) => ['--runtime-arg', arg]),
  ];
}

interface MonitorReport {
  readonly pid?: number;
  readonly message: string;
}

/** conmon says on its sync pipe (JSON lines) how the creation went, while its parent half ends at once. */
function runUntilReport(monitor: string, args: readonly string[], cwd: string): Promise<MonitorReport> {
  const syncFd = 3;
  const child = spawn(monitor, args, {
    cwd,
    env: { PATH: process.env['PATH'], _OCI_SYNCPIPE: String(syncFd) },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const [, , stderr, sync] = child.stdio;
  let errors = '';
  let reported = '';
  stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      const missing = systemCodeOf(error) === 'ENOENT';
      const text = missing ? 'it is not installed' : error.message;
      reject(
        new PodproofError(
          missing ? 'unsupported' : 'runtime',
          `cannot run the monitor "${monitor}": ${text}`,
          {
            advice: 'apt-get install conmon',
            cause: error,
          },
        ),
      );
    });
    const settle = (): void => {
      stderr?.destroy();
      sync?.destroy();
      resolve(parseReport(reported, errors));
    };
    sync?.on('data', (chunk: Buffer) => {
      reported += chunk.toString('utf8');
      if (reported.includes('\n')) settle();
    });
    sync?.on('end', settle);
    sync?.on('error', settle);
  });
}

function parseReport(reported: string, errors: string): MonitorReport {
  const line = reported.slice(0, reported.indexOf('\n') + 1 || undefined).trim();
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return { message: errors };
    const pid = 'pid' in value && typeof value.pid === 'number' ? value.pid : -1;
    const message = 'message' in value && typeof value.message === 'string' ? value.message : errors;
    return pid > 0 ? { pid, message } : { message };
  } catch {
    return { message: line === '' ? errors : line };
  }
}

/** What Kubernetes reports for a container whose end nobody saw. */
const lostExitCode = 137;

/** Resolves when the monitor has written the exit code, or has itself gone without. */
export async function waitForExit(
  layout: ContainerLayout,
  runtimeId: string,
  signal?: AbortSignal,
): Promise<Omit<ContainerExit, 'oomKilled'>> {
  const file = join(layout.exitDir, runtimeId);
  for await (const _ of directoryChanges(layout.exitDir, signal)) {
    const exit = await readExit(file);
    if (exit !== undefined) return exit;
    if (!(await isMonitorAlive(layout)))
      return (await readExit(file)) ?? { exitCode: lostExitCode, finishedAt: new Date(), isLost: true };
  }
  throw new PodproofError('interrupted', `waiting for container "${runtimeId}" was interrupted`);
}

async function readExit(file: string): Promise<Omit<ContainerExit, 'oomKilled'> | undefined> {
  try {
    const [text, { mtime }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    return text === '' ? undefined : { exitCode: Number(text), finishedAt: mtime };
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isMonitorAlive(layout: ContainerLayout): Promise<boolean> {
  const text = await readFile(layout.monitorPidFile, 'utf8').catch(() => '');
  const stat = text === '' ? undefined : readProcStat(Number(text));
  if (stat === undefined || stat.state === 'Z') return false;
  // Its pid may have been given to another process.
  const commandLine = await readFile(`/proc/${Number(text)}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').includes(layout.monitorPidFile);
}

/** Whether the monitor saw the kernel's out-of-memory killer at work in the container. */
export async function sawOutOfMemory(layout: ContainerLayout): Promise<boolean> {
  return stat(join(layout.dir, 'oom')).then(
    () => true,
    () => false,
  );
}
