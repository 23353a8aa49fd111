import type { CheckSummary, FileReport } from '../../core/contract/check-report.ts';
import type { TextOptions } from '../columns.ts';

/**
 * One output of `check`, written while files are still being checked. `piece` is made as soon as a file is judged, which may
 * be long before it is written, or in vain; the other steps follow the order of the input. What is written is `open`, every
 * `add`, `close`, joined.
 */
export interface CheckFormat<Piece> {
  /** What of a report the format shows; a confinement that nobody shows is not worked out. */
  readonly showsConfinement: boolean;
  open(header: CheckHeader): string;
  /** What one file adds: plain data, as small as can be, since many may have to wait. Pure. */
  piece(report: FileReport): Piece;
  /** Takes pieces in the order of the input; answers with what can be written already. */
  add(piece: Piece): string;
  close(summary: CheckSummary): string;
}

/** What is known before the first file is read. */
export interface CheckHeader {
  readonly profile: string;
  /** The Kubernetes version whose texts are spoken: `1.36`. */
  readonly kubernetes: string;
  /** The version of podproof itself. */
  readonly podproof: string;
}

/** Settings of the formats that are for people. */
export interface CheckTextOptions extends TextOptions {
  /** Every container with its confinement, or only what is wrong, a line each. */
  readonly style: 'details' | 'findings';
  /** What could not be read is told elsewhere: on a terminal, as every command's errors are. */
  readonly withoutProblems?: boolean;
}

/** The names that `-o` takes. */
export const CHECK_FORMAT_NAMES = ['text', 'json', 'sarif', 'junit', 'markdown', 'github'] as const;

/** One of the names that `-o` and `renderCheck` take. */
export type CheckFormatName = (typeof CHECK_FORMAT_NAMES)[number];
