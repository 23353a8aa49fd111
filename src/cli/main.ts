import { resolve } from 'node:path';
import process from 'node:process';
import type { WriteStream } from 'node:tty';
import { visibleText } from '../core/visible-text.ts';
import { withoutCommands } from '../core/without-commands.ts';
import { COLOUR_SEQUENCES } from '../report/palette.ts';
import type { CommandContext, Terminal } from './command.ts';
import { EXIT } from './exit-code.ts';
import { type ProcessSignals, processSignals } from './process-signals.ts';
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
  // That something could not be written is told a turn later.
  process.stdout.write('', () => setImmediate(() => process.exit(process.exitCode ?? code)));
}

function processContext(): CommandContext {
  const root = process.env['PODPROOF_ROOT'];
  const signals = processSignals();
  return {
    // Few commands read it, and to open it costs 5 ms.
    get stdin(): NodeJS.ReadStream {
      return process.stdin;
    },
    stdout: terminal(process.stdout, signals),
    stderr: terminal(process.stderr, signals),
    env: process.env,
    program: [process.execPath, process.argv[1] ?? ''],
    root: root === undefined || root === '' ? undefined : resolve(root),
    onSignals: signals.onSignals,
    get signal(): AbortSignal {
      return signals.abortSignal();
    },
  };
}

function terminal(stream: WriteStream, signals: ProcessSignals): Terminal {
  let isTold = stream !== process.stdout;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `podproof check | head`: the reader has what it wanted. Anything else, such as a full disk, is a failure.
    if (error.code !== 'EPIPE') {
      process.exitCode = EXIT.machine;
      if (!isTold) process.stderr.write(`podproof: cannot write standard output: ${error.message}\n`);
      isTold = true;
    }
    signals.readerGone();
  });
  const isTerminal = stream.isTTY;
  const noColour = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  return {
    stream,
    columns: isTerminal ? Math.max(60, stream.columns) : 100,
    isTerminal,
    colour: isTerminal && !noColour,
    write: (text) => {
      const visible = visibleText(text, noColour || !isTerminal ? [] : COLOUR_SEQUENCES);
      // What goes to standard output may be meant for CI systems; what went wrong is for people alone.
      stream.write(stream === process.stderr ? withoutCommands(visible) : visible);
    },
    size: () => (isTerminal ? { columns: stream.columns, rows: stream.rows } : { columns: 80, rows: 24 }),
  };
}
