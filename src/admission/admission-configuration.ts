import type { FieldPath } from '../core/field-path.ts';

/** The configuration of one admission plugin, or why there is none. */
export interface AdmissionConfiguration {
  readonly configuration: unknown;
  /** Where it stands in what was given. */
  readonly path: FieldPath;
  readonly problem?: string;
  readonly advice?: string;
}

/**
 * What the API server's `AdmissionConfiguration` (`--admission-control-config-file`) says about a plugin: its first entry
 * counts. Data of another kind is taken as the plugin's configuration itself.
 */
export function pluginConfiguration(data: unknown, plugin: string): AdmissionConfiguration {
  if (!isRecord(data) || data['kind'] !== 'AdmissionConfiguration') return { configuration: data, path: [] };
  const nothing = { configuration: undefined, path: [] };
  const plugins: unknown = data['plugins'] ?? [];
  if (!Array.isArray(plugins)) return { ...nothing, problem: 'plugins: expected a list' };
  const entries: readonly unknown[] = plugins;
  const index = entries.findIndex((entry) => isRecord(entry) && entry['name'] === plugin);
  const entry = entries[index];
  if (!isRecord(entry)) {
    return { ...nothing, problem: `the AdmissionConfiguration has no plugin named "${plugin}"` };
  }
  const path = ['plugins', index, 'configuration'];
  const elsewhere = entry['path'];
  if (isSet(entry['configuration']) || typeof elsewhere !== 'string' || elsewhere === '')
    return { configuration: entry['configuration'], path };
  return {
    ...nothing,
    problem: `plugins[${index}].path: the configuration is in another file, ${JSON.stringify(elsewhere)}`,
    advice: 'name that file instead',
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
