import type { Pod } from '../kube/pod.ts';
import type { NodePorts } from '../node/node-ports.ts';
import { startPod } from '../node/run-pod.ts';
import type { RunningPod } from '../node/running-pod.ts';
import type { AttachedStreams, RuntimeContainer } from '../runtime/engine.ts';
import type { CommandContext } from './command.ts';
import { untilBothEnd } from './follow-pod.ts';
import { podOptions } from './pod-options.ts';
import { READER_GONE } from './process-signals.ts';
import { exitCodeOfPod, isOver } from './run-pods.ts';
import { writeThrough } from './write-through.ts';

/** Handed on to the container's first process, as `docker run` does. */
const PASSED_SIGNALS: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
];

/**
 * Runs a pod of one container as if it ran here: its output and its exit code are the command's, signals are handed on,
 * with `-i` and `-t` the terminal is connected. A second Ctrl-C ends a container that does not listen.
 */
export async function runContainer(wanted: Pod, node: NodePorts, context: CommandContext): Promise<number> {
  const { stdin = false, tty = false } = wanted.spec.containers[0] ?? {};
  const pod = await startPod(node, wanted, podOptions(wanted));
  const release = passSignals(pod, node, context, tty);
  try {
    await runAttached(pod, node, context, stdin, tty);
    return exitCodeOfPod(pod, context);
  } finally {
    await pod.stop(0);
    release();
  }
}

async function runAttached(
  pod: RunningPod,
  node: NodePorts,
  context: CommandContext,
  stdin: boolean,
  tty: boolean,
): Promise<void> {
  const container = await firstRun(pod);
  if (container === undefined) return;
  const streams = await node.engine.attach(container);
  const output = untilBothEnd(streams, async (name, chunks) => {
    for await (const chunk of chunks) await writeThrough(context[name].stream, chunk);
  });
  if (stdin) context.stdin.pipe(streams.stdin);
  const restore = tty ? connectTerminal(streams, context) : () => undefined;
  try {
    await Promise.all([pod.waitUntil(isOver), output]);
  } finally {
    restore();
    if (stdin) context.stdin.unpipe(streams.stdin).pause();
  }
}

/** The container's process as soon as it exists, best before it is let go; undefined when it never will. */
async function firstRun(pod: RunningPod): Promise<RuntimeContainer | undefined> {
  const find = (): RuntimeContainer | undefined =>
    pod.containers().find((it) => it.type === 'container')?.runtimeContainer;
  await pod.waitUntil((status) => find() !== undefined || isOver(status));
  return find();
}

/** Raw keys go in, the window's size follows; returns the way back. */
function connectTerminal(streams: AttachedStreams, context: CommandContext): () => void {
  const { stdin, stdout, onSignals } = context;
  const resize = (): void => {
    const { columns, rows } = stdout.size();
    // The container may have ended just now.
    streams.resize(columns, rows).catch(() => undefined);
  };
  if (!stdout.isTerminal) return () => undefined;
  resize();
  const release = onSignals(['SIGWINCH'], resize);
  if (stdin.isTTY === true) stdin.setRawMode?.(true);
  return () => {
    release();
    if (stdin.isTTY === true) stdin.setRawMode?.(false);
  };
}

function passSignals(
  pod: RunningPod,
  { engine }: NodePorts,
  { onSignals }: CommandContext,
  tty: boolean,
): () => void {
  let endings = 0;
  return onSignals([...PASSED_SIGNALS, READER_GONE], (name) => {
    if (name === READER_GONE) return void pod.stop(0);
    // The terminal has gone, and with it everyone who could end the container.
    if (tty && name === 'SIGHUP') return void pod.stop();
    const isEnding = name === 'SIGINT' || name === 'SIGTERM' || name === 'SIGHUP';
    if (isEnding) endings += 1;
    const container = pod.containers()[0]?.runtimeContainer;
    if (container === undefined || endings > 1) void pod.stop(endings > 2 ? 0 : undefined);
    else void engine.killContainer(container, name);
  });
}
