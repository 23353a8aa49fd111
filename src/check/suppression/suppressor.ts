import type {
  CheckedFinding,
  FileReport,
  ObjectReport,
  SourcePosition,
} from '../../core/contract/check-report.ts';
import type { FieldPath } from '../../core/field-path.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { Position } from '../../manifest/line-index.ts';
import type { SuppressionUse } from './suppression-settings.ts';

/** Decides which findings count. It holds what the settings were compiled to, and nothing else. */
export interface Suppressor {
  /** What the annotations of an object say; undefined when there are none, which is cheap to find out. */
  ignoresOf(object: AnnotatedObject): ObjectIgnores | undefined;
  /**
   * The report of one unit with its suppressed findings marked, and with findings about annotations that do not count or
   * match nothing. `ignores` are those of the unit's objects.
   */
  apply(report: FileReport, ignores: readonly ObjectIgnores[]): Suppressed;
}

export interface Suppressed {
  readonly report: FileReport;
  readonly use: SuppressionUse;
}

/** An object as it was read; every `Workload` is one. For a Pod and for what makes no pods `templatePath` is empty. */
export interface AnnotatedObject {
  readonly written: { readonly object: KubeObject; readonly locate: (path: FieldPath) => Position };
  readonly source: SourcePosition;
  readonly templatePath: FieldPath;
}

/** The annotations of one object, parsed. */
export interface ObjectIgnores {
  /** Whose they are. */
  readonly object: Omit<ObjectReport, 'invalid' | 'findings'>;
  readonly ignores: readonly Ignore[];
  /** About annotations that do not count. */
  readonly findings: readonly CheckedFinding[];
}

/** One check that an annotation takes out. */
export interface Ignore {
  readonly rule: string;
  /** Only of this container. */
  readonly container?: string;
  readonly reason: string;
  /** The annotation, as a path in the document, and its place. */
  readonly field: string;
  readonly line: number;
  readonly column: number;
}
