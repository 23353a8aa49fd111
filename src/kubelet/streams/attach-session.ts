import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AttachOptions,
  SessionOutcome,
  StreamSession,
  TerminalSize,
} from '../../apiserver/kubelet-port.ts';
import { messageOf } from '../../core/errors.ts';
import type { AttachedStreams, Engine } from '../../runtime/engine.ts';
import type { LiveContainer } from './find-running-container.ts';

/** A container's own streams from now on, until it ends or the client leaves. */
export function attachSession(
  engine: Engine,
  { container, runtimeContainer }: LiveContainer,
  { stdin: wantsStdin }: AttachOptions,
): StreamSession {
  return {
    async run({ stdin, stdout, stderr, onResize, signal }): Promise<SessionOutcome> {
      if (signal.aborted) return { exitCode: 0 };
      let attached: AttachedStreams;
      try {
        attached = await engine.attach(runtimeContainer);
      } catch (error) {
        return { exitCode: undefined, message: `error attaching to container: ${messageOf(error)}` };
      }
      const close = (): void => attached.close();
      signal.addEventListener('abort', close, { once: true });
      attached.stdin.on('error', () => {});
      // A container without stdin has none to write to.
      if (wantsStdin && container.container.stdin === true) stdin?.pipe(attached.stdin);
      else stdin?.resume();
      if (container.container.tty === true)
        onResize(inOrder(({ columns, rows }) => attached.resize(columns, rows)));
      await Promise.all([deliver(attached.stdout, stdout), deliver(attached.stderr, stderr)]);
      signal.removeEventListener('abort', close);
      stdin?.unpipe(attached.stdin);
      attached.close();
      return { exitCode: 0 };
    },
  };
}

const resizePauseMs = 25;

/**
 * One size after the other, of those that wait only the last: the one that stays must be the newest, and the monitor may
 * lose the second of two that it reads at once.
 */
function inOrder(resize: (size: TerminalSize) => Promise<void>): (size: TerminalSize) => void {
  let wanted: TerminalSize | undefined;
  let isBusy = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    while (wanted !== undefined) {
      const size = wanted;
      wanted = undefined;
      await resize(size).catch(() => {});
      await sleep(resizePauseMs);
    }
    isBusy = false;
  };
  return (size) => {
    wanted = size;
    if (!isBusy) void work();
  };
}

/** Resolves when all of it has been handed on. An output that nobody wants is read all the same: it would hold up the container. */
function deliver(output: Readable, target: Writable | undefined): Promise<void> {
  return new Promise((resolve) => {
    output.once('close', resolve);
    target?.once('close', () => output.resume());
    if (target === undefined || target.destroyed) output.resume();
    else output.pipe(target, { end: false });
  });
}
