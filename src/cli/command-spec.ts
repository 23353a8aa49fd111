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
