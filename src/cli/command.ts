import type { Readable, Writable } from 'node:stream';
import type { CommandLine } from './command-line.ts';

/** One option of a command. With `value` it takes one, without it is a switch. */
export interface OptionSpec {
  /** Long name without dashes: `output`. */
  readonly name: string;
  readonly short?: string;
  /** Name of its value in the help: `FORMAT`. */
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
  readonly description: string;
}

/** What a command accepts, as data: parsing, help and the reference page are made from it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** The lines after `usage:`, without the program's name: `check [FILE|DIR|-]...`. */
  readonly usage: readonly string[];
  readonly options: readonly OptionSpec[];
  /** How many operands there may be; undefined means any number. */
  readonly minOperands?: number;
  readonly maxOperands?: number;
  /** Everything after the first operand belongs to somebody else, dashes or not: `run IMAGE sh -c ...`. */
  readonly passThrough?: boolean;
  /** Closing lines of the help: what an exit code means here, an example. */
  readonly notes?: readonly string[];
}

/** Where a command's words go, and where its world is. Commands touch `process` only through it. */
export interface CommandContext {
  readonly stdin: TerminalInput;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
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
  write(text: string): void;
  /** As it is now; 80 by 24 when it is no terminal. */
  size(): { readonly columns: number; readonly rows: number };
}

/** A command: flags -> one library call -> print. `run` resolves to the exit code. */
export interface Command {
  readonly spec: CommandSpec;
  run(line: CommandLine, context: CommandContext): Promise<number>;
}
