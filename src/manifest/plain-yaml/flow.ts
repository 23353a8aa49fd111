import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  HASH,
  isFlowIndicator,
  isPrintable,
  OPEN_BRACE,
  OPEN_BRACKET,
  SPACE,
} from './characters.ts';
import { type Cursor, enter, isColon, NOT_PLAIN, skipSpaces } from './cursor.ts';
import { isIndicator, isPlain, isQuote, plainKey, plainValue, readQuoted, usableKey } from './scalar.ts';

export function isFlow(code: number): boolean {
  return code === OPEN_BRACKET || code === OPEN_BRACE;
}

/** A flow collection that ends on its line; the cursor is then behind it. */
export function readFlow(cursor: Cursor): unknown {
  enter(cursor);
  cursor.offsets.push(cursor.at);
  const isSequence = cursor.text.charCodeAt(cursor.at) === OPEN_BRACKET;
  cursor.at += 1;
  const value = isSequence ? readItems(cursor) : readEntries(cursor);
  cursor.depth -= 1;
  return value;
}

function readItems(cursor: Cursor): unknown {
  const items: unknown[] = [];
  while (!takeEnd(cursor, CLOSE_BRACKET)) {
    items.push(readValue(cursor));
    takeComma(cursor, CLOSE_BRACKET);
  }
  return items;
}

function readEntries(cursor: Cursor): unknown {
  const result: Record<string, unknown> = {};
  while (!takeEnd(cursor, CLOSE_BRACE)) {
    cursor.offsets.push(cursor.at);
    const key = readKey(cursor);
    // A key twice, or one that every object has, such as `constructor`.
    if (result[key] !== undefined) throw NOT_PLAIN;
    skipSpaces(cursor);
    result[key] = readValue(cursor);
    takeComma(cursor, CLOSE_BRACE);
  }
  return result;
}

function takeEnd(cursor: Cursor, close: number): boolean {
  skipSpaces(cursor);
  if (cursor.text.charCodeAt(cursor.at) !== close) return false;
  cursor.at += 1;
  return true;
}

function takeComma(cursor: Cursor, close: number): void {
  skipSpaces(cursor);
  const code = cursor.text.charCodeAt(cursor.at);
  if (code === COMMA) cursor.at += 1;
  else if (code !== close) throw NOT_PLAIN;
}

function readKey(cursor: Cursor): string {
  const from = cursor.at;
  if (isQuote(cursor.text.charCodeAt(from))) {
    const key = readQuoted(cursor);
    if (!isColon(cursor, cursor.at)) throw NOT_PLAIN;
    cursor.at += 1;
    return usableKey(key);
  }
  const to = flowPlainEnd(cursor, from);
  if (cursor.text.charCodeAt(to) !== COLON) throw NOT_PLAIN;
  cursor.at = to + 1;
  return plainKey(cursor, from, to);
}

function readValue(cursor: Cursor): unknown {
  const offset = cursor.at;
  const code = cursor.text.charCodeAt(offset);
  if (isFlow(code)) return readFlow(cursor);
  cursor.offsets.push(offset);
  if (isQuote(code)) return readQuoted(cursor);
  const end = flowPlainEnd(cursor, offset);
  cursor.at = end;
  return plainValue(cursor, offset, end);
}

/** Where a plain scalar of a flow collection ends: also before a comma or a bracket. */
function flowPlainEnd(cursor: Cursor, from: number): number {
  const { text, end } = cursor;
  const isBare = isIndicator(text.charCodeAt(from)) && isFlowIndicator(text.charCodeAt(from + 1));
  if (isBare || !isPlain(cursor, from)) throw NOT_PLAIN;
  let last = from;
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (isFlowIndicator(code)) return last;
    if (code === COLON && (text.charCodeAt(at + 1) === SPACE || isFlowIndicator(text.charCodeAt(at + 1)))) {
      return last;
    }
    if (code !== SPACE) {
      if (!isPrintable(code)) throw NOT_PLAIN;
      last = at + 1;
    } else if (text.charCodeAt(at + 1) === HASH) throw NOT_PLAIN;
  }
  throw NOT_PLAIN;
}
