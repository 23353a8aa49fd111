import type { ProblemReport, SkippedReport } from '../core/contract/check-report.ts';

/** What a chart or a kustomization was rendered to, or why it was not. Plain data. */
export type Rendering =
  | {
      readonly ok: true;
      /** The command that gives the same text: `kubectl kustomize deploy/overlays/prod`. */
      readonly by: string;
      readonly text: string;
      /** Where its documents come from, in their order. */
      readonly origins: readonly RenderedOrigin[];
    }
  | { readonly ok: false; readonly problem: ProblemReport }
  | { readonly ok: false; readonly skipped: SkippedReport };

/** Where one document of a rendering comes from. */
export interface RenderedOrigin {
  /** Its first line in the rendering, from 1. */
  readonly line: number;
  /** The template or resource file, named as the directory was; undefined where nobody knows. */
  readonly template?: string;
  /** Where in that file the object stands, for files that are not templates. */
  readonly templateLine?: number;
}

export interface RenderOptions {
  /** The tree that must not be left; the working directory where the rendered one is in it, else that one. */
  readonly root?: string;
  /** Whether the network may be used, as to fetch remote bases. */
  readonly network?: boolean;
  readonly signal?: AbortSignal;
  /** 30 s unless told. */
  readonly timeoutMs?: number;
  /** 64 MiB unless told. */
  readonly maxOutputBytes?: number;
  /** Where programs are looked for: `PATH`; that of this process unless told. */
  readonly path?: string;
}

/** The origin of the object that stands at a line of the rendering. */
export function originAt(origins: readonly RenderedOrigin[], line: number): RenderedOrigin | undefined {
  let low = 0;
  let high = origins.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((origins[middle]?.line ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return origins[low - 1];
}
