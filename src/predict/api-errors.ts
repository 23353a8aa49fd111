import type { FindingReport, InvalidReport, ObjectReport } from '../core/contract/check-report.ts';
import { formatFieldPath } from '../core/field-path.ts';
import type { ApiError, ManifestObject } from '../manifest/manifest-set.ts';

export interface ApiErrorReports {
  readonly invalid: readonly InvalidReport[];
  readonly findings: readonly FindingReport[];
}

/**
 * What the API server would refuse an object for. What an object is called has no bearing on how its pods are confined,
 * and templates fill names in late: that is only warned about.
 */
export function reportApiErrors(errors: readonly ApiError[]): ApiErrorReports {
  const invalid: InvalidReport[] = [];
  const findings: FindingReport[] = [];
  for (const { message, path, position } of errors) {
    const { line, column } = position;
    const field = formatFieldPath(path);
    if (isNamePath(path)) {
      findings.push({ severity: 'warning', code: 'invalid-name', message, field, line, column });
    } else invalid.push({ message, field, line, column });
  }
  return { invalid, findings };
}

function isNamePath(path: ApiError['path']): boolean {
  return path.length === 2 && path[0] === 'metadata' && (path[1] === 'name' || path[1] === 'generateName');
}

/** The same for objects that make no pods; those that nothing is to be said about are left out. */
export function objectReports(objects: readonly ManifestObject[]): readonly ObjectReport[] {
  return objects.flatMap(({ object, source, apiErrors }): readonly ObjectReport[] => {
    if (apiErrors.length === 0) return [];
    const { apiVersion, kind, metadata } = object;
    const { namespace = kind === 'Namespace' ? '' : 'default', name = metadata.generateName ?? '' } =
      metadata;
    return [{ source, apiVersion, kind, namespace, name, ...reportApiErrors(apiErrors) }];
  });
}
