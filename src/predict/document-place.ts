import type { FindingReport, SourcedReport } from '../core/contract/check-report.ts';
import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import type { Finding } from '../core/finding.ts';
import { describeOrigin, type Sourced } from '../core/sourced.ts';
import type { Position } from '../manifest/line-index.ts';
import type { Workload } from '../manifest/workloads.ts';

/** Turns what is known by its place in the pod into what a reader finds in the document. */
export interface DocumentPlace {
  /** `spec.template.spec.containers[0].image` for the pod's `spec.containers[0].image`. */
  field(path: FieldPath): string;
  /** The field's place in its file, or that of the nearest thing around it that was written; both from 1. */
  position(path: FieldPath): Position;
}

export function documentPlace({ templatePath, locate }: Workload): DocumentPlace {
  return {
    field: (path) => formatFieldPath(templatePath.length === 0 ? path : [...templatePath, ...path]),
    position: locate,
  };
}

export function sourcedReport({ value, from }: Sourced<unknown>, place: DocumentPlace): SourcedReport {
  if (from.kind !== 'manifest') return { value, from: describeOrigin(from) };
  return { value, from: place.field(from.path), line: place.position(from.path).line };
}

export function findingReport(finding: Finding, place: DocumentPlace): FindingReport {
  const { severity, code, message, path, advice } = finding;
  // Written out: V8 takes ten times as long for spread members, and every finding of a check comes by here.
  if (path.length === 0) {
    return advice === undefined ? { severity, code, message } : { severity, code, message, advice };
  }
  const field = place.field(path);
  const { line, column } = place.position(path);
  return advice === undefined
    ? { severity, code, message, field, line, column }
    : { severity, code, message, field, line, column, advice };
}
