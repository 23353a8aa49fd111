import type { Pod } from '../kube/pod.ts';
import type { NodePorts } from '../node/node-ports.ts';
import { startPod } from '../node/run-pod.ts';
import type { RunningPod } from '../node/running-pod.ts';
import type { AttachedStreams, RuntimeContainer } from '../runtime/engine.ts';
import type { CommandContext } from './command.ts';
import { followPod } from './follow-pod.ts';
import { podOptions } from './pod-options.ts';
import { exitCodeOfPod, isOver } from './run-pods.ts';
import { writeThrough } from './write-through.ts';

const NEWLINE: Uint8Array = Buffer.from('\n');

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
  const release = passSignals(pod, node, context);
  try {
    if (stdin || tty) await runAttached(pod, node, context, stdin, tty);
    else await runFollowed(pod, context);
    return exitCodeOfPod(pod, context);
  } finally {
    await pod.stop(0);
    release();
  }
}

async function runFollowed(pod: RunningPod, { stdout, stderr }: CommandContext): Promise<void> {
  const follow = followPod(pod, (_, { stream, bytes, complete }) =>
    writeThrough(
      (stream === 'stdout' ? stdout : stderr).stream,
      complete ? Buffer.concat([bytes, NEWLINE]) : bytes,
    ),
  );
  await pod.waitUntil(isOver);
  await follow.done();
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
  streams.stdout.pipe(context.stdout.stream, { end: false });
  streams.stderr.pipe(context.stderr.stream, { end: false });
  if (stdin) context.stdin.pipe(streams.stdin);
  const restore = tty ? connectTerminal(streams, context) : () => undefined;
  const outputEnded = Promise.all([ended(streams.stdout), ended(streams.stderr)]);
  try {
    await pod.waitUntil(isOver);
    await outputEnded;
  } finally {
    restore();
    context.stdin.unpipe(streams.stdin);
    context.stdin.pause();
    streams.close();
  }
}

/** The container's process as soon as it exists, best before it is let go; undefined when it never will. */
async function firstRun(pod: RunningPod): Promise<RuntimeContainer | undefined> {
  const find = (): RuntimeContainer | undefined =>
    pod.containers().find((it) => it.type === 'container')?.runtimeContainer;
  await pod.waitUntil((status) => find() !== undefined || isOver(status));
  return find();
}

async function ended(stream: NodeJS.ReadableStream): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
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

function passSignals(pod: RunningPod, { engine }: NodePorts, { onSignals }: CommandContext): () => void {
  let endings = 0;
  return onSignals(PASSED_SIGNALS, (name) => {
    const isEnding = name === 'SIGINT' || name === 'SIGTERM' || name === 'SIGHUP';
    if (isEnding) endings += 1;
    const container = pod.containers()[0]?.runtimeContainer;
    if (container === undefined || endings > 1) void pod.stop(endings > 2 ? 0 : undefined);
    else void engine.killContainer(container, name);
  });
}
