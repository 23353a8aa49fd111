import type { PlacedValue } from '../nodes-of.ts';
import { isBlockScalar, readBlockScalar } from './block-scalar.ts';
import { DASH, DOT, HASH } from './characters.ts';
import {
  type Cursor,
  enter,
  isBreak,
  isColon,
  isDash,
  NOT_PLAIN,
  skipSpaces,
  toEndOfLine,
  toNextLine,
} from './cursor.ts';
import { isFlow, readFlow } from './flow.ts';
import { isPlain, isQuote, plainEnd, plainKey, plainValue, readQuoted, usableKey } from './scalar.ts';

/**
 * Reads the document between two offsets of a text as `composeYaml` would, but only when it is made of what manifests are
 * made of: block mappings and sequences, scalars and flow collections on one line, block scalars, comments. At the first
 * thing that is anything else, or that is wrong, it answers undefined: then `composeYaml` is to be asked.
 */
export function readPlainYaml(text: string, start: number, end: number): PlacedValue | undefined {
  const cursor: Cursor = { text, end, offsets: [], at: start, indent: -1, depth: 0 };
  try {
    return { value: readDocument(cursor), offsets: cursor.offsets };
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

function readDocument(cursor: Cursor): unknown {
  if (cursor.text.startsWith('---', cursor.at)) {
    cursor.at += 3;
    toEndOfLine(cursor);
  }
  toNextLine(cursor);
  if (cursor.indent === -1) throw NOT_PLAIN;
  const value = readBlock(cursor, cursor.indent);
  if (cursor.indent !== -1) throw NOT_PLAIN;
  return value;
}

/*
 * Each of the following leaves the cursor at the first thing of the next line that has one. Whoever called looks at its
 * column, and goes on or returns.
 */

/** A collection that begins here, in this column. */
function readBlock(cursor: Cursor, indent: number): unknown {
  if (isDash(cursor)) return readSequence(cursor, indent);
  const offset = cursor.at;
  return readMapping(cursor, indent, offset, readKey(cursor));
}

/** Entries in one column; the first key was read already. */
function readMapping(cursor: Cursor, indent: number, offset: number, firstKey: string): unknown {
  enter(cursor);
  const result: Record<string, unknown> = {};
  cursor.offsets.push(offset);
  let key = firstKey;
  let keyOffset = offset;
  for (;;) {
    // A key twice, or one that every object has, such as `constructor`.
    if (result[key] !== undefined) throw NOT_PLAIN;
    cursor.offsets.push(keyOffset);
    result[key] = readEntryValue(cursor, indent, keyOffset);
    if (cursor.indent !== indent) break;
    keyOffset = cursor.at;
    key = readKey(cursor);
  }
  if (cursor.indent > indent) throw NOT_PLAIN;
  cursor.depth -= 1;
  return result;
}

function readSequence(cursor: Cursor, indent: number): unknown {
  enter(cursor);
  const items: unknown[] = [];
  const offset = cursor.at;
  cursor.offsets.push(offset);
  do items.push(readItem(cursor, indent, offset));
  while (cursor.indent === indent && isDash(cursor));
  if (cursor.indent > indent) throw NOT_PLAIN;
  cursor.depth -= 1;
  return items;
}

function readEntryValue(cursor: Cursor, indent: number, keyOffset: number): unknown {
  skipSpaces(cursor);
  if (!isNothing(cursor)) return readInline(cursor, indent);
  toEndOfLine(cursor);
  toNextLine(cursor);
  if (cursor.indent > indent) return readBlock(cursor, cursor.indent);
  if (cursor.indent === indent && isDash(cursor)) return readSequence(cursor, indent);
  // What is missing is looked for at its key.
  cursor.offsets.push(keyOffset);
  return null;
}

function readItem(cursor: Cursor, indent: number, sequenceOffset: number): unknown {
  const dash = cursor.at;
  cursor.at += 1;
  skipSpaces(cursor);
  if (isNothing(cursor)) {
    toEndOfLine(cursor);
    toNextLine(cursor);
    if (cursor.indent > indent) return readBlock(cursor, cursor.indent);
    cursor.offsets.push(sequenceOffset);
    return null;
  }
  const offset = cursor.at;
  const column = indent + offset - dash;
  if (isDash(cursor)) return readSequence(cursor, column);
  if (isQuote(cursor.text.charCodeAt(offset))) {
    const value = readQuoted(cursor);
    return isColon(cursor, cursor.at)
      ? readMapping(cursor, column, offset, quotedKey(cursor, value))
      : endScalar(cursor, offset, value);
  }
  if (!isPlain(cursor, offset)) return readInline(cursor, indent);
  const end = plainEnd(cursor, offset);
  cursor.at = end;
  if (!isColon(cursor, end)) return endScalar(cursor, offset, plainValue(cursor, offset, end));
  cursor.at += 1;
  return readMapping(cursor, column, offset, plainKey(cursor, offset, end));
}

/** Spaces before it were skipped: the line ends here, or a comment begins. */
function isNothing(cursor: Cursor): boolean {
  return isBreak(cursor, cursor.at) || cursor.text.charCodeAt(cursor.at) === HASH;
}

/** A value that begins behind its key or dash and, but for a block scalar, ends on the same line. */
function readInline(cursor: Cursor, indent: number): unknown {
  const offset = cursor.at;
  const code = cursor.text.charCodeAt(offset);
  if (isQuote(code)) return endScalar(cursor, offset, readQuoted(cursor));
  if (isFlow(code)) {
    const value = readFlow(cursor);
    toEndOfLine(cursor);
    toNextLine(cursor);
    return value;
  }
  if (isBlockScalar(code)) {
    const value = readBlockScalar(cursor, indent);
    toNextLine(cursor);
    return value;
  }
  if (!isPlain(cursor, offset)) throw NOT_PLAIN;
  const end = plainEnd(cursor, offset);
  if (isColon(cursor, end)) throw NOT_PLAIN;
  cursor.at = end;
  return endScalar(cursor, offset, plainValue(cursor, offset, end));
}

/** A scalar that goes on below would be in a column that nobody expects. */
function endScalar(cursor: Cursor, offset: number, value: unknown): unknown {
  cursor.offsets.push(offset);
  toEndOfLine(cursor);
  toNextLine(cursor);
  return value;
}

/** The key that begins here, up to behind its colon. */
function readKey(cursor: Cursor): string {
  const offset = cursor.at;
  const code = cursor.text.charCodeAt(offset);
  if (isQuote(code)) return quotedKey(cursor, readQuoted(cursor));
  // What begins so may be the end of a document.
  if (code === DASH || (code === DOT && cursor.text.charCodeAt(offset + 1) === DOT)) throw NOT_PLAIN;
  if (!isPlain(cursor, offset)) throw NOT_PLAIN;
  const end = plainEnd(cursor, offset);
  if (!isColon(cursor, end)) throw NOT_PLAIN;
  cursor.at = end + 1;
  return plainKey(cursor, offset, end);
}

function quotedKey(cursor: Cursor, key: string): string {
  if (!isColon(cursor, cursor.at)) throw NOT_PLAIN;
  cursor.at += 1;
  return usableKey(key);
}
