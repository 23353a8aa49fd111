import { MAX_KEY_LENGTH } from '../node.ts';
import { resolvePlainScalar, type ScalarValue } from '../yaml-scalar.ts';
import {
  BACKSLASH,
  beginsPlain,
  COLON,
  CR,
  DASH,
  DEL,
  DOUBLE_QUOTE,
  HASH,
  isPrintable,
  isSurelyText,
  LESS,
  LF,
  SINGLE_QUOTE,
  SPACE,
  ZERO,
} from './characters.ts';
import { type Cursor, isBreak, isColon, isSpaceOrBreak, NOT_PLAIN } from './cursor.ts';

export function isQuote(code: number): boolean {
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE;
}

/** What begins a scalar only when something follows at once. */
export function isIndicator(code: number): boolean {
  return code === DASH || code === COLON;
}

/** Whether a plain scalar can begin at an offset. */
export function isPlain(cursor: Cursor, at: number): boolean {
  const code = cursor.text.charCodeAt(at);
  return beginsPlain(code) && !(isIndicator(code) && isSpaceOrBreak(cursor, at + 1));
}

/** Where the plain scalar that begins at `from` ends, in a block: at a colon that makes it a key, or with its line. */
export function plainEnd(cursor: Cursor, from: number): number {
  const { text, end } = cursor;
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code > COLON && code < DEL) at += 1;
    else if (code === SPACE) {
      const gap = at;
      while (at < end && text.charCodeAt(at) === SPACE) at += 1;
      if (isBreak(cursor, at) || text.charCodeAt(at) === HASH) return gap;
    } else if (code === LF || code === CR) return at;
    else if (code === COLON && isColon(cursor, at)) {
      if (text.charCodeAt(at - 1) === SPACE) throw NOT_PLAIN;
      return at;
    } else if (isPrintable(code)) at += 1;
    else throw NOT_PLAIN;
  }
  return end;
}

export function plainValue(cursor: Cursor, from: number, to: number): ScalarValue {
  const { text } = cursor;
  if (isSurelyText(text.charCodeAt(from), to - from)) return text.slice(from, to);
  const digits = digitsOf(text, from, to);
  if (digits !== -1) return digits;
  const value = resolvePlainScalar(text.slice(from, to));
  if (typeof value === 'number' && !Number.isFinite(value)) throw NOT_PLAIN;
  return value;
}

/** A whole number as most are written; -1 for all else. */
function digitsOf(text: string, from: number, to: number): number {
  const length = to - from;
  if (length > 15 || (length > 1 && text.charCodeAt(from) === ZERO)) return -1;
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

export function plainKey(cursor: Cursor, from: number, to: number): string {
  const first = cursor.text.charCodeAt(from);
  // A merge, or nearly one.
  if (first === LESS || to - from > MAX_KEY_LENGTH) throw NOT_PLAIN;
  const written = cursor.text.slice(from, to);
  if (isSurelyText(first, to - from)) return written;
  const value = resolvePlainScalar(written);
  if (value === null) throw NOT_PLAIN;
  return usableKey(String(value));
}

/** A key of digits would come before its elder siblings in an object. */
export function usableKey(key: string): string {
  if (key.length > MAX_KEY_LENGTH || /^\d+$/.test(key)) throw NOT_PLAIN;
  return key;
}

/** A quoted scalar that ends on its line; the cursor is then behind it. */
export function readQuoted(cursor: Cursor): string {
  const { text, end } = cursor;
  const from = cursor.at + 1;
  const quote = text.charCodeAt(cursor.at);
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      if (quote === SINGLE_QUOTE && text.charCodeAt(at + 1) === SINGLE_QUOTE) {
        return readDoubledQuotes(cursor, from, at);
      }
      cursor.at = at + 1;
      return text.slice(from, at);
    }
    if (code === BACKSLASH && quote === DOUBLE_QUOTE) return readEscapes(cursor, from, at);
    if (code < SPACE) throw NOT_PLAIN;
  }
  throw NOT_PLAIN;
}

/** In single quotes, with doubled ones in it: the first at `first`. */
function readDoubledQuotes(cursor: Cursor, from: number, first: number): string {
  const { text, end } = cursor;
  let at = first;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code < SPACE) throw NOT_PLAIN;
    if (code !== SINGLE_QUOTE) at += 1;
    else if (text.charCodeAt(at + 1) === SINGLE_QUOTE) at += 2;
    else {
      cursor.at = at + 1;
      return text.slice(from, at).replaceAll("''", "'");
    }
  }
  throw NOT_PLAIN;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '/': '/',
  '\\': '\\',
};

/** In double quotes, with escapes in it: the first at `first`. */
function readEscapes(cursor: Cursor, from: number, first: number): string {
  const { text, end } = cursor;
  let value = '';
  let written = from;
  let at = first;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code < SPACE) throw NOT_PLAIN;
    if (code === BACKSLASH) {
      const name = text.charAt(at + 1);
      const escaped = Object.hasOwn(ESCAPES, name) ? ESCAPES[name] : undefined;
      if (escaped === undefined) throw NOT_PLAIN;
      value += text.slice(written, at) + escaped;
      at += 2;
      written = at;
    } else if (code === DOUBLE_QUOTE) {
      cursor.at = at + 1;
      return value + text.slice(written, at);
    } else at += 1;
  }
  throw NOT_PLAIN;
}
