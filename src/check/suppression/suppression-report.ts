import type { FileReport, ObjectReport } from '../../core/contract/check-report.ts';
import { suppressionFindings } from './suppression-findings.ts';
import type { SuppressionSettings, SuppressionUse } from './suppression-settings.ts';

/** What is to be said of podproof.yaml and of the baseline themselves, as of objects that they are. */
export function suppressionReport(
  settings: SuppressionSettings,
  use: SuppressionUse,
  isComplete: boolean,
): FileReport {
  const findings = suppressionFindings(settings, use, { isComplete });
  const files = [...new Set(findings.map(({ file }) => file))];
  const objects = files.map((file): ObjectReport => {
    const own = findings.filter((finding) => finding.file === file);
    const isBaseline = file === settings.baseline?.file;
    return {
      source: { file, document: 0, line: Math.min(...own.map(({ line = 1 }) => line)) },
      apiVersion: 'podproof.dev/v1',
      kind: isBaseline ? 'CheckBaseline' : 'CheckConfig',
      namespace: '',
      name: file,
      invalid: [],
      findings: own.map(({ file: _file, ...finding }) => finding),
    };
  });
  return { workloads: [], objects, dockerfiles: [], problems: [], skipped: [] };
}
