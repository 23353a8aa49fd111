import type { CheckFinding } from '../../core/check-finding.ts';
import { CLASS_WORDS, findingPlace } from './finding-text.ts';
import { markdownCode } from './markdown-text.ts';
import { objectName } from './object-name.ts';

const MAX_PLACE = 200;
const MAX_NAME = 150;
const MAX_TEXT = 500;

/** A row of the table of what fails: where, of what, what, and what to write. */
export function failureRow(finding: CheckFinding): string {
  const cells = [
    markdownCode(findingPlace(finding), MAX_PLACE),
    subjectOf(finding),
    `**${CLASS_WORDS[finding.class]}** ${ruleOf(finding)}<br>${markdownCode(finding.message, MAX_TEXT)}`,
    finding.advice === undefined ? '' : markdownCode(finding.advice, MAX_TEXT),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

/** A line of a list: the same in short. */
export function findingItem(finding: CheckFinding): string {
  const { suppressed, advice, message } = finding;
  const why =
    suppressed === undefined
      ? ''
      : ` (suppressed by ${suppressed.by}: ${markdownCode(suppressed.reason, MAX_TEXT) || 'no reason given'})`;
  const more =
    advice === undefined || suppressed !== undefined ? '' : `<br>${markdownCode(advice, MAX_TEXT)}`;
  const place = markdownCode(findingPlace(finding), MAX_PLACE);
  return `- ${place} ${subjectOf(finding)} ${ruleOf(finding)} ${markdownCode(message, MAX_TEXT)}${why}${more}\n`;
}

function subjectOf({ object, container }: CheckFinding): string {
  const named = object === undefined ? '' : markdownCode(objectName(object), MAX_NAME);
  return container === undefined ? named : `${named} container ${markdownCode(container, MAX_NAME)}`;
}

function ruleOf({ rule, class: kind }: CheckFinding): string {
  return rule === kind ? '' : markdownCode(rule, MAX_NAME);
}
