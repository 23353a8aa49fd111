/**
 * Controls (of C0, DEL, C1) but tab and newline, and the marks that turn the direction of writing: a terminal obeys
 * them, or shows another text than is there.
 */
// eslint-disable-next-line no-control-regex -- controls are what it is about
const unseen = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Whether there is any: to look takes a tenth of the time that replacing nothing takes. */
const anyUnseen = new RegExp(unseen.source);

/**
 * The text with what a terminal would obey written as `\u001b`: names, messages and arguments come from images, manifests
 * and containers, and must not be able to move the cursor or to rewrite what was said before. Valid JSON stays the same
 * JSON. `kept` are sequences that podproof itself put in.
 */
export function visibleText(text: string, kept: readonly string[] = []): string {
  if (!anyUnseen.test(text)) return text;
  return text.replace(unseen, (mark, at: number) =>
    kept.some((sequence) => text.startsWith(sequence, at)) ? mark : escaped(mark),
  );
}

/** The same as one line. */
export function visibleLine(text: string): string {
  return oneLine(visibleText(text));
}

/** As one line, for what becomes visible with the text around it: newlines and tabs are all that may still be there. */
export function oneLine(text: string): string {
  return text.includes('\n') || text.includes('\t')
    ? text.replaceAll('\n', '\\n').replaceAll('\t', ' ')
    : text;
}

function escaped(mark: string): string {
  return `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
