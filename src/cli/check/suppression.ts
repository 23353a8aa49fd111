import process from 'node:process';
import { RULE_IDS } from '../../check/rules.ts';
import type { SuppressionSettings } from '../../check/suppression/suppression-settings.ts';
import type { CheckConfig } from '../../repository/check-config.ts';

export function suppressionSettings(config: CheckConfig | undefined): SuppressionSettings {
  return {
    annotations: config?.ignoreAnnotations ?? true,
    ...(config !== undefined && config.exemptions.length > 0 && { configuration: config }),
    workingDirectory: process.cwd(),
    rules: RULE_IDS,
    today: new Date().toISOString().slice(0, 'YYYY-MM-DD'.length),
  };
}
