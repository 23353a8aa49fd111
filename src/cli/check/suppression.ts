import process from 'node:process';
import { RULE_IDS } from '../../check/rules.ts';
import { readBaseline } from '../../check/suppression/baseline-file.ts';
import type { BaselinePlace } from '../../check/suppression/baseline-of.ts';
import type { SuppressionSettings } from '../../check/suppression/suppression-settings.ts';
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
