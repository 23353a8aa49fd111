import { quietJson } from './json-text.ts';

/** A report as JSON for programs: indented, one document, a newline at its end. */
export function renderJson(report: unknown): string {
  return `${quietJson(JSON.stringify(report, null, 2))}\n`;
}
