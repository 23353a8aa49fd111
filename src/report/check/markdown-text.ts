import { visibleLine } from '../../core/visible-text.ts';
import { withoutMarks } from '../../core/without-commands.ts';

/**
 * A text that somebody else wrote, as code: nothing in it is a link, a mention, HTML or the end of a cell of a table, on
 * GitHub and on GitLab. A bar is the one character that no code in a table can hold in every version of their parsers: it
 * stands between two pieces of code.
 */
export function markdownCode(text: string, maxLength: number): string {
  const line = withoutMarks(visibleLine(text), '# ');
  const short = line.length > maxLength ? `${line.slice(0, maxLength)}...` : line;
  return short
    .split('|')
    .map((piece) => (piece.trim() === '' ? '' : codeSpan(piece)))
    .join('&#124;');
}

/** Code between more backticks than it has in a row. */
function codeSpan(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}
