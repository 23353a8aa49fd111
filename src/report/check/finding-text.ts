import type { CheckFinding } from '../../core/check-finding.ts';

/** Why a finding of this class counts: the words of the summary. */
export const CLASS_WORDS: Readonly<Record<CheckFinding['class'], string>> = {
  unreadable: 'unreadable',
  invalid: 'invalid',
  denied: 'denied',
  'would-not-start': 'would not start',
  warning: 'warning',
  note: 'note',
};

/** `deploy.yaml:14:7`; of what was rendered, whose lines are in no file, the file and line of the object: `base/web.yaml:1`. */
export function findingPlace(finding: CheckFinding): string {
  const { file, template, templateLine, renderedBy, line, column } = finding;
  if (renderedBy !== undefined) {
    return templateLine === undefined ? (template ?? file) : `${template ?? file}:${templateLine}`;
  }
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}
