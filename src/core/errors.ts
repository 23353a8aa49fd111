/**
 * What kind of thing went wrong. The set is closed: the CLI's exit codes and, later, the API's status codes
 * are exhaustive tables over it.
 *
 * - `usage`: the command line or the library call itself is wrong
 * - `invalid`: an input (manifest, image, archive, configuration) is malformed, hostile or contradictory
 * - `not-found`: a named thing does not exist (file, image, ConfigMap, key)
 * - `conflict`: the thing exists already or is in use
 * - `unavailable`: something outside did not answer (registry, network, probe target)
 * - `unsupported`: this machine or this version cannot do it, however right the input is
 * - `runtime`: the OCI runtime, the monitor or a CNI plugin reported a failure
 * - `interrupted`: a signal or an abort ended the work
 * - `internal`: a defect of podproof
 */
export type ErrorCode =
  | 'usage'
  | 'invalid'
  | 'not-found'
  | 'conflict'
  | 'unavailable'
  | 'unsupported'
  | 'runtime'
  | 'interrupted'
  | 'internal';

export interface ErrorDetails {
  /** One problem per line, shown indented below the message: `deploy.yaml:14:7  unknown field "..."`. */
  readonly problems?: readonly string[];
  /** What to do next, as a sentence or a command that can be pasted. */
  readonly advice?: string;
  readonly cause?: unknown;
}

/**
 * The one error type of podproof. `message` says what was attempted, on what (in double quotes), and what was found:
 * `cannot read manifest "deploy.yaml": no such file`. Text for people is made from it at the door, never parsed.
 */
export class PodproofError extends Error {
  override readonly name = 'PodproofError';
  readonly code: ErrorCode;
  readonly problems: readonly string[];
  readonly advice: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.problems = details.problems ?? [];
    this.advice = details.advice;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node.js system error (`ENOENT`, `EACCES`, ...), or undefined. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
