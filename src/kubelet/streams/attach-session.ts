import type { Readable, Writable } from 'node:stream';
import type { AttachOptions, SessionOutcome, StreamSession } from '../../apiserver/kubelet-port.ts';
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
        onResize(({ columns, rows }) => void attached.resize(columns, rows).catch(() => {}));
      await Promise.all([deliver(attached.stdout, stdout), deliver(attached.stderr, stderr)]);
      signal.removeEventListener('abort', close);
      stdin?.unpipe(attached.stdin);
      attached.close();
      return { exitCode: 0 };
    },
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
