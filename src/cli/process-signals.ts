import { setMaxListeners } from 'node:events';
import process from 'node:process';
import { PodproofError } from '../core/errors.ts';
import type { CommandContext } from './command.ts';

/** How a command with handlers of its own learns that nobody reads its output any more; Node.js ignores the real one. */
export const READER_GONE = 'SIGPIPE';

/** What may end a command early, and how it learns of it. */
export interface ProcessSignals {
  readonly onSignals: CommandContext['onSignals'];
  /** Made, with its handlers, when it is first asked for. */
  abortSignal(): AbortSignal;
  /** Nobody reads our output any more, or nothing can be written: ends the command, after what it has to clean up. */
  readerGone(): void;
}

/** What a command ends with whose reader has what it wanted: it says nothing more. */
function readerLeft(): PodproofError {
  return new PodproofError('interrupted', 'nobody reads what is written', { cause: READER_GONE });
}

export function processSignals(): ProcessSignals {
  let interrupt: AbortController | undefined;
  // A command with handlers of its own decides itself what a second signal means.
  const takenOver = new Set<object>();
  const onSignals: CommandContext['onSignals'] = (names, handler) => {
    const token = {};
    takenOver.add(token);
    for (const name of names) process.on(name, handler);
    return () => {
      takenOver.delete(token);
      for (const name of names) process.removeListener(name, handler);
    };
  };
  /** The first signal asks the command to clean up and stop; a second one ends the process where it stands. */
  const interrupted = (controller: AbortController, name: NodeJS.Signals): void => {
    if (controller.signal.aborted && takenOver.size === 0) process.exit(130);
    controller.abort(new PodproofError('interrupted', `interrupted by ${name}`, { cause: name }));
  };
  return {
    onSignals,
    abortSignal() {
      if (interrupt !== undefined) return interrupt.signal;
      const controller = new AbortController();
      interrupt = controller;
      // Every pod of a call waits for it.
      setMaxListeners(0, controller.signal);
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(name, () => interrupted(controller, name));
      return controller.signal;
    },
    readerGone() {
      if (takenOver.size > 0) process.emit(READER_GONE, READER_GONE);
      else if (interrupt === undefined) process.exit();
      else if (!interrupt.signal.aborted) interrupt.abort(readerLeft());
    },
  };
}
