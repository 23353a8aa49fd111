import type { Readable, Writable } from 'node:stream';
import type { CommandLine } from './command-line.ts';
import type { CommandSpec } from './command-spec.ts';

/** Where a command's words go, and where its world is. Commands touch `process` only through it. */
export interface CommandContext {
  readonly stdin: TerminalInput;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The words that start podproof itself: the interpreter, and the script. */
  readonly program: readonly string[];
  /** `--root` or PODPROOF_ROOT, absolute; undefined means the machine's own directories. */
  readonly root: string | undefined;
  /**
   * Aborted by SIGINT, SIGTERM and SIGHUP; its reason is a PodproofError `interrupted`. Whoever reads it takes over
   * from the default action, which ends the process at once: read it only where there is something to clean up.
   */
  readonly signal: AbortSignal;
  /** Hands over signals instead of their default action, until the returned function is called. */
  readonly onSignals: (
    names: readonly NodeJS.Signals[],
    handler: (name: NodeJS.Signals) => void,
  ) => () => void;
}

export interface TerminalInput extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/** An output stream and what a person would see there. */
export interface Terminal {
  readonly stream: Writable;
  readonly columns: number;
  readonly isTerminal: boolean;
  readonly colour: boolean;
  /**
   * Says something: of what images, manifests or containers brought into the text nothing reaches a terminal that it would
   * obey. What is to be passed on as it is goes to `stream`.
   */
  write(text: string): void;
  /** As it is now; 80 by 24 when it is no terminal. */
  size(): { readonly columns: number; readonly rows: number };
}

/** A command: flags -> one library call -> print. `run` resolves to the exit code. */
export interface Command {
  readonly spec: CommandSpec;
  run(line: CommandLine, context: CommandContext): Promise<number>;
}
