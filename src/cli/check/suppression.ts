import process from 'node:process';
import { RULE_IDS } from '../../check/rules.ts';
import { readBaseline } from '../../check/suppression/baseline-file.ts';
import type { BaselinePlace } from '../../check/suppression/baseline-of.ts';
import { suppressionFindings } from '../../check/suppression/suppression-findings.ts';
import type { SuppressionSettings, SuppressionUse } from '../../check/suppression/suppression-settings.ts';
import type { FileReport, ObjectReport } from '../../core/contract/check-report.ts';
import type { CheckConfig } from '../../repository/check-config.ts';
import type { CommandLine } from '../command-line.ts';

/** What takes findings out of the counts, as the command line and podproof.yaml say. */
export function suppressionSettings(line: CommandLine, config: CheckConfig | undefined): SuppressionSettings {
  // Who makes a new baseline wants all of what is there, and not only what the old one lacks.
  const baseline = line.has('write-baseline') ? undefined : (line.text('baseline') ?? config?.baseline);
  return {
    annotations: config?.ignoreAnnotations ?? true,
    ...(config !== undefined && config.exemptions.length > 0 && { configuration: config }),
    ...(baseline !== undefined && {
      baseline: { file: baseline, entries: readBaseline(baseline).findings },
    }),
    workingDirectory: process.cwd(),
    rules: RULE_IDS,
    today: new Date().toISOString().slice(0, 'YYYY-MM-DD'.length),
  };
}

/** Where the baseline is to be written that was asked for. */
export function newBaselinePlace(line: CommandLine): BaselinePlace | undefined {
  const file = line.text('write-baseline');
  return file === undefined ? undefined : { file, workingDirectory: process.cwd() };
}

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
