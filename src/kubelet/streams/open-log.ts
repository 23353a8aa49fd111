import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { LogOptions } from '../../apiserver/kubelet-port.ts';
import type { Pod } from '../../kube/pod.ts';
import { ApiError } from '../../kube/status.ts';
import type { RunningContainer, RunningPod } from '../../node/running-pod.ts';
import { chooseLog } from './choose-log.ts';
import { FileChanges, followFile } from './follow-file.ts';
import { LogPartReader } from './log-parts.ts';
import { isOfStream, LogText } from './log-text.ts';
import { tailStart } from './tail-start.ts';

/** A container's log as the client asks for it. It ends by itself, or when `signal` says so; then without an error. */
export async function openLog(
  pod: Pod,
  running: RunningPod | undefined,
  name: string,
  options: LogOptions,
  signal: AbortSignal,
): Promise<Readable> {
  const podName = pod.metadata.name ?? '';
  const chosen = chooseLog(podName, running?.status() ?? pod.status, name, options.previous);
  const container = findContainer(running, name);
  if (running === undefined || container === undefined)
    throw new ApiError('BadRequest', `container "${name}" in pod "${podName}" is not available`);
  const path = chosen.run === 'last' ? container.logPath : await previousLogPath(container.logPath);
  if (path === undefined)
    throw new ApiError('BadRequest', `previous terminated container "${name}" in pod "${podName}" not found`);
  const live = options.follow && chosen.isLive ? watchRun(running, name, path) : undefined;
  const log = Readable.from(textOf(path, options, live), { objectMode: false });
  // The wait for changes ends first: a log that says nothing more would keep its file and its watcher for ever.
  const leave = (): void => {
    live?.close();
    log.destroy();
  };
  signal.addEventListener('abort', leave, { once: true });
  log.once('close', () => {
    signal.removeEventListener('abort', leave);
    live?.close();
  });
  if (signal.aborted) leave();
  return log;
}

function findContainer(running: RunningPod | undefined, name: string): RunningContainer | undefined {
  return running?.containers().find((candidate) => candidate.name === name);
}

/** A run of a container whose log is followed. */
interface LiveRun {
  readonly changes: FileChanges;
  readonly isOver: () => boolean;
  readonly close: () => void;
}

function watchRun(running: RunningPod, name: string, path: string): LiveRun {
  const changes = new FileChanges(path);
  const unsubscribe = running.subscribe(() => changes.wake());
  let isClosed = false;
  return {
    changes,
    isOver: () => {
      const now = findContainer(running, name);
      return isClosed || now?.status.state.running === undefined || now.logPath !== path;
    },
    close: () => {
      isClosed = true;
      unsubscribe();
      changes.close();
    },
  };
}

async function* textOf(path: string, options: LogOptions, live: LiveRun | undefined): AsyncGenerator<Buffer> {
  const reader = new LogPartReader();
  const text = new LogText(options, Date.now());
  const { tailLines } = options;
  const chunks = followFile({
    path,
    startOf: async (file) =>
      tailLines === undefined
        ? 0
        : tailStart(file, tailLines, (stream) => isOfStream(stream, options.stream)),
    changes: live?.changes,
    isOver: () => live?.isOver() ?? true,
  });
  for await (const chunk of chunks) {
    const bytes = text.format(reader.read(chunk));
    if (bytes.length > 0) yield bytes;
    if (text.isFull) return;
  }
}

/** The log of the run before lies beside, under a smaller number. */
async function previousLogPath(path: string): Promise<string | undefined> {
  const current = runOf(basename(path));
  const names = await readdir(dirname(path));
  const runs = names.map(runOf).filter((run) => run !== undefined && run < (current ?? 0));
  const last = runs.reduce<number>((highest, run) => Math.max(highest, run ?? -1), -1);
  return last < 0 ? undefined : join(dirname(path), `${last}.log`);
}

function runOf(fileName: string): number | undefined {
  const match = /^(\d+)\.log$/.exec(fileName);
  return match === null ? undefined : Number(match[1]);
}
