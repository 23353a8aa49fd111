/**
 * CI systems carry out what a log asks for: `::set-output` at the start of a line, `##[group]` and `##vso[...]` anywhere. What a
 * stranger's manifest says must ask for nothing.
 */
export function withoutCommands(text: string, { colon, hash }: FirstOfTwo = APART): string {
  const quiet = text.includes('::') ? text.replace(/^([ \t]*):(?=:)/gm, `$1${colon}`) : text;
  return withoutMarks(quiet, hash);
}

/** How the first of two colons or hashes is written, so that the two ask for nothing. */
interface FirstOfTwo {
  readonly colon: string;
  readonly hash: string;
}

const APART: FirstOfTwo = { colon: ': ', hash: '# ' };

/** The same for a format without such lines, and with a way of its own to write the first `#` of a mark. */
export function withoutMarks(text: string, instead: string): string {
  return text.includes('##') ? text.replace(/##(?=[a-z]*\[)/gi, `${instead}#`) : text;
}
