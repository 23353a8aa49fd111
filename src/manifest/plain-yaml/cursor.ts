import { COLON, CR, DASH, HASH, LF, NUL, SPACE, TAB } from './characters.ts';

/** The position in a document; lives for one reading of it. */
export interface Cursor {
  readonly text: string;
  /** Where the document ends in the text. */
  readonly end: number;
  /** Where each key and each value stands, in the order of the text. */
  readonly offsets: number[];
  at: number;
  /** Column of the first thing on the line at `at`; -1 at the end of the document. */
  indent: number;
  depth: number;
}

/** Thrown at the first thing that is not plain. One for all: an error of its own takes longer than reading a manifest. */
export const NOT_PLAIN: Error = new Error('not plain YAML');

/** Far below what js-yaml is allowed. */
const MAX_DEPTH = 64;

export function enter(cursor: Cursor): void {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) throw NOT_PLAIN;
}

/** From the start of a line to the first thing on it or on a later one. */
export function toNextLine(cursor: Cursor): void {
  const { text, end } = cursor;
  let { at } = cursor;
  while (at < end) {
    const lineStart = at;
    while (at < end && text.charCodeAt(at) === SPACE) at += 1;
    if (at === end) break;
    const first = text.charCodeAt(at);
    if (first === LF) at += 1;
    else if (first === HASH || first === CR) at = afterLine(cursor, at);
    else if (first === TAB) throw NOT_PLAIN;
    else {
      cursor.at = at;
      cursor.indent = at - lineStart;
      return;
    }
  }
  cursor.at = end;
  cursor.indent = -1;
}

/** Past spaces, a comment and the line break: nothing else may stand behind a value. */
export function toEndOfLine(cursor: Cursor): void {
  const { text, end } = cursor;
  let { at } = cursor;
  while (at < end && text.charCodeAt(at) === SPACE) at += 1;
  if (at < end) {
    const code = text.charCodeAt(at);
    const isComment = code === HASH && text.charCodeAt(at - 1) === SPACE;
    if (code !== LF && code !== CR && !isComment) throw NOT_PLAIN;
    at = code === LF ? at + 1 : afterLine(cursor, at);
  }
  cursor.at = at;
}

/** The start of the line after the one that goes on at `from`. js-yaml takes a lone CR for a line break as well. */
export function afterLine({ text, end }: Cursor, from: number): number {
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LF) return at + 1;
    if (code === NUL || (code === CR && text.charCodeAt(at + 1) !== LF)) throw NOT_PLAIN;
  }
  return end;
}

export function skipSpaces(cursor: Cursor): void {
  while (cursor.at < cursor.end && cursor.text.charCodeAt(cursor.at) === SPACE) cursor.at += 1;
}

export function isBreak({ text, end }: Cursor, at: number): boolean {
  if (at >= end) return true;
  const code = text.charCodeAt(at);
  return code === LF || code === CR;
}

/** A dash that begins an item. */
export function isDash(cursor: Cursor): boolean {
  return cursor.text.charCodeAt(cursor.at) === DASH && isSpaceOrBreak(cursor, cursor.at + 1);
}

/** A colon that makes a key of what stands before it. */
export function isColon(cursor: Cursor, at: number): boolean {
  return at < cursor.end && cursor.text.charCodeAt(at) === COLON && isSpaceOrBreak(cursor, at + 1);
}

export function isSpaceOrBreak(cursor: Cursor, at: number): boolean {
  return cursor.text.charCodeAt(at) === SPACE || isBreak(cursor, at);
}
