import type { ErrorCode } from '../core/errors.ts';

/** What podproof's exit codes mean. `run` hands on the container's own instead, from 0 to 255. */
export const EXIT = {
  asWanted: 0,
  /** A denied pod, a failed proof, a refusal that was not expected. */
  findings: 1,
  badInput: 2,
  /** `check` only: admitted, but the kubelet would not start it. */
  wouldNotStart: 3,
  /** This machine cannot do it, or podproof itself failed. */
  machine: 4,
} as const;

/**
 * The exit code for each kind of error. A registry that does not answer or answers nonsense is bad input (2): the user
 * named it. A runtime's failure (4) is this machine's. An interrupted command exits as a shell reports the signal.
 */
const EXIT_CODE_OF: Readonly<Record<Exclude<ErrorCode, 'interrupted'>, number>> = {
  usage: EXIT.badInput,
  invalid: EXIT.badInput,
  'not-found': EXIT.badInput,
  conflict: EXIT.badInput,
  unavailable: EXIT.badInput,
  unsupported: EXIT.machine,
  runtime: EXIT.machine,
  internal: EXIT.machine,
};

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGPIPE: 13, SIGTERM: 15 };

/** `signal` is the one that interrupted the command, SIGINT when nobody knows. */
export function exitCodeOf(code: ErrorCode, signal = 'SIGINT'): number {
  return code === 'interrupted' ? 128 + (SIGNAL_NUMBERS[signal] ?? 2) : EXIT_CODE_OF[code];
}
