/**
 * CI systems carry out what a log asks for: `::set-output` at the start of a line, `##[group]` and `##vso[...]` anywhere. What a
 * stranger's manifest says must ask for nothing.
 */
export function withoutCommands(text: string): string {
  const quiet = text.includes('::') ? text.replace(/^([ \t]*:)(?=:)/gm, '$1 ') : text;
  return withoutMarks(quiet, '# ');
}

/** The same for a format without such lines, and with a way of its own to write the first `#` of a mark. */
export function withoutMarks(text: string, instead: string): string {
  return text.includes('##') ? text.replace(/##(?=[a-z]*\[)/gi, `${instead}#`) : text;
}
