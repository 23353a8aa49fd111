import { eachDocumentRange, isBlank } from './document-ranges.ts';

/** What of a file lies before a text. */
export interface TextStart {
  /** In UTF-16 units. */
  readonly offset: number;
  /** The line that the text begins with, from 1. */
  readonly line: number;
  /** How many documents the file has before, blank ones not counted. */
  readonly document: number;
}

export interface TextStretch {
  readonly text: string;
  readonly start: TextStart;
}

/**
 * Cuts a YAML text at its documents into stretches of about `maxLength` characters, so that they can be read apart: read
 * with their `start`, positions and document numbers come out as if the text had been read whole. No document is cut.
 */
export function* stretchesOf(text: string, maxLength: number): Generator<TextStretch> {
  let from = 0;
  let start: TextStart = { offset: 0, line: 1, document: 0 };
  if (text.length > maxLength && canBeCut(text)) {
    let documents = 0;
    for (const range of eachDocumentRange(text)) {
      if (range.to - from > maxLength && range.from > from) {
        yield { text: text.slice(from, range.from), start };
        start = {
          offset: range.from,
          line: start.line + lineBreaks(text, from, range.from),
          document: start.document + documents,
        };
        from = range.from;
        documents = 0;
      }
      if (!isBlank(text, range)) documents += 1;
    }
  }
  yield { text: text.slice(from), start };
}

/** JSON has no documents; and inside of these js-yaml would find documents that nobody counted. */
function canBeCut(text: string): boolean {
  const hasLoneCr = text.includes('\r') && /\r(?!\n)/.test(text);
  return !/^\s*[{[]/.test(text) && !hasLoneCr && !text.includes('\uFEFF', 1);
}

function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
