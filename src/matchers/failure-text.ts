import type { ProblemReport } from '../core/contract/check-report.ts';
import { visibleText } from '../core/visible-text.ts';
import type { Complaint, Outcome, Remedy } from './outcome.ts';

/** How the places of a manifest are named: a text has lines, an object fields, a list of objects numbers besides. */
export type ManifestForm = 'text' | 'object' | 'list';

/** More objects than this tell a person nothing more. */
const MAX_SHOWN = 10;

/** A failed assertion: what was expected, and of each object why it is not so and what to write. */
export function failureText(headline: string, outcomes: readonly Outcome[], form: ManifestForm): string {
  const blocks = outcomes.slice(0, MAX_SHOWN).map(({ subject, complaints }) => {
    return [subject, ...complaints.flatMap((complaint) => complaintLines(complaint, form))].join('\n');
  });
  return text([headline, ...blocks, ...rest(outcomes.length)]);
}

/** A failed `.not`: all of it holds. */
export function successText(headline: string, outcomes: readonly Outcome[]): string {
  const lines = outcomes
    .slice(0, MAX_SHOWN)
    .map(({ subject, by }) => `${subject}${by === undefined ? '' : `  ${by}`}`);
  return text([headline, lines.join('\n'), ...rest(outcomes.length)]);
}

/** What was given is no manifest, or only a part of it is. */
export function unreadableText(problems: readonly ProblemReport[], form: ManifestForm): string {
  const lines = problems.slice(0, MAX_SHOWN).flatMap(({ line, column, message, advice }) => {
    const place = line === undefined ? '' : placeInForm(line, column ?? 1, form);
    return [`  ${place}${message}`, ...(advice === undefined ? [] : [`    ${advice}`])];
  });
  return text(['expected a manifest, and it cannot be read', lines.join('\n'), ...rest(problems.length)]);
}

/** Objects of a list stand on a line each. */
function placeInForm(line: number, column: number, form: ManifestForm): string {
  if (form === 'text') return `line ${line}, column ${column}  `;
  return form === 'list' ? `[${line - 1}]  ` : '';
}

function complaintLines({ message, remedies }: Complaint, form: ManifestForm): readonly string[] {
  const rows = remedies.map((remedy) => [placeOf(remedy, form), remedy.advice] as const);
  const width = Math.max(0, ...rows.map(([place]) => place.length));
  return [
    `  ${message}`,
    ...rows
      .filter(([place, advice]) => place + advice !== '')
      .map(([place, advice]) => `    ${place.padEnd(width)}  ${advice}`.trimEnd()),
  ];
}

/** Where there is nothing to say but the field, the message has said it. */
function placeOf({ line, field = '', advice }: Remedy, form: ManifestForm): string {
  if (form === 'text' && line !== undefined) return `line ${line}`;
  return advice === '' ? '' : field;
}

function rest(count: number): readonly string[] {
  return count <= MAX_SHOWN ? [] : [`and ${count - MAX_SHOWN} more`];
}

/** Names come from the manifest, and must not be able to move the cursor of whoever reads a log. */
function text(blocks: readonly string[]): string {
  return visibleText(blocks.join('\n\n'));
}
