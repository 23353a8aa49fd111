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

/** `deploy.yaml:14:7`; `charts/web/templates/deploy.yaml` of what was rendered, whose lines are in no file. */
export function findingPlace({ file, template, renderedBy, line, column }: CheckFinding): string {
  if (renderedBy !== undefined) return template ?? file;
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}
