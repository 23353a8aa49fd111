import type { ProblemReport, SkippedReport } from '../core/contract/check-report.ts';
import type { RenderedOrigin } from '../repository/rendering.ts';

/** One thing that is checked by itself: plain data, so that it can be handed to a worker thread. */
export type CheckUnit = ManifestUnit | RenderedUnit | DockerfileUnit | ComposeUnit | ToldUnit;

interface FileUnit {
  /** As the user wrote it, or the path below a directory that they wrote. */
  readonly file: string;
  /** The user named it: what is wrong with it is an error, not something to skip. */
  readonly explicit: boolean;
  /** Its text, when it was read already. */
  readonly text?: string;
}

export interface ManifestUnit extends FileUnit {
  readonly kind: 'manifest';
  /** The length of its text, where that is known and the text was not kept. */
  readonly length?: number;
  /** It did not change and is not judged: read only for the Namespaces and ServiceAccounts that others depend on. */
  readonly isBackground?: true;
  /** For a stretch of a large file: what of the file lies before `text`. */
  readonly start?: { readonly offset: number; readonly line: number; readonly document: number };
}

/** What a chart or a kustomization was rendered to. */
export interface RenderedUnit extends FileUnit {
  readonly kind: 'rendered';
  readonly text: string;
  /** The command that rendered it: `helm template charts/web`. */
  readonly by: string;
  /** Where its documents come from. */
  readonly origins: readonly RenderedOrigin[];
}

export interface DockerfileUnit extends FileUnit {
  readonly kind: 'dockerfile';
}

export interface ComposeUnit extends FileUnit {
  readonly kind: 'compose';
}

/** Something that was found and is not checked: a socket, a file that is too large, a chart that nobody can render. */
export interface ToldUnit {
  readonly kind: 'told';
  readonly problems: readonly ProblemReport[];
  readonly skipped: readonly SkippedReport[];
}

/** Whether a unit is not judged, and only read for what others depend on. */
export function isBackground(unit: CheckUnit): boolean {
  return unit.kind === 'manifest' && unit.isBackground === true;
}

/** A unit that only says something. */
export function toldUnit(told: Partial<Omit<ToldUnit, 'kind'>>): ToldUnit {
  return { kind: 'told', problems: [], skipped: [], ...told };
}
