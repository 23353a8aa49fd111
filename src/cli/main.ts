import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import process from 'node:process';
import type { WriteStream } from 'node:tty';
import { PodproofError } from '../core/errors.ts';
import { visibleText } from '../core/visible-text.ts';
import { COLOUR_SEQUENCES } from '../report/palette.ts';
import type { CommandContext, Terminal } from './command.ts';
import { runCommand } from './run-command.ts';

// The executable's entry: the process's own streams, environment and signals become a CommandContext, and nothing
// else in podproof looks at them.

// A command is over when it says so, and not when nothing it waits for holds the event loop (an unreferenced timer).
const alive = setInterval(() => undefined, 2 ** 30);
// No top-level await: the executable is one CommonJS script, see scripts/bundle.mjs.
void main();

async function main(): Promise<void> {
  const code = await runCommand(process.argv.slice(2), processContext());
  clearInterval(alive);
  // Connections that a registry keeps open would hold the process for seconds; output has been written by then.
  process.stdout.write('', () => process.exit(code));
}

function processContext(): CommandContext {
  const root = process.env['PODPROOF_ROOT'];
  let interrupt: AbortSignal | undefined;
  return {
    stdin: process.stdin,
    stdout: terminal(process.stdout),
    stderr: terminal(process.stderr),
    env: process.env,
    root: root === undefined || root === '' ? undefined : resolve(root),
    onSignals,
    get signal(): AbortSignal {
      interrupt ??= interruptSignal();
      return interrupt;
    },
  };
}

function onSignals(names: readonly NodeJS.Signals[], handler: (name: NodeJS.Signals) => void): () => void {
  for (const name of names) process.on(name, handler);
  return () => {
    for (const name of names) process.removeListener(name, handler);
  };
}

/** The first signal asks the command to clean up and stop; a second one ends the process where it stands. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  // Every pod of a call waits for it.
  setMaxListeners(0, controller.signal);
  onSignals(['SIGINT', 'SIGTERM', 'SIGHUP'], (name) => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new PodproofError('interrupted', `interrupted by ${name}`, { cause: name }));
  });
  return controller.signal;
}

function terminal(stream: WriteStream): Terminal {
  // `podproof check | head`: the reader has what it wanted.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const isTerminal = stream.isTTY;
  const noColour = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  return {
    stream,
    columns: isTerminal ? Math.max(60, stream.columns) : 100,
    isTerminal,
    colour: isTerminal && !noColour,
    write: (text) => void stream.write(visibleText(text, noColour || !isTerminal ? [] : COLOUR_SEQUENCES)),
    size: () => (isTerminal ? { columns: stream.columns, rows: stream.rows } : { columns: 80, rows: 24 }),
  };
}
