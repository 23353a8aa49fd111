/** Codes of the characters that mean something, and what the others may be part of. */

export const NUL = 0;
export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const SINGLE_QUOTE = 39;
export const PLUS = 43;
export const COMMA = 44;
export const DASH = 45;
export const DOT = 46;
export const ZERO = 48;
export const COLON = 58;
export const LESS = 60;
export const GREATER = 62;
export const OPEN_BRACKET = 91;
export const BACKSLASH = 92;
export const CLOSE_BRACKET = 93;
export const OPEN_BRACE = 123;
export const PIPE = 124;
export const CLOSE_BRACE = 125;
export const DEL = 127;

/** Nothing that is plain. */
const NOTHING = 0;
/** Text, whatever follows. */
const TEXT = 1;
/** A word that may stand for a boolean or null. */
const WORD = 2;
/** A number, or something like one. */
const NUMBER = 3;

const BEGINNINGS: Uint8Array = beginnings();

function beginnings(): Uint8Array {
  const table = new Uint8Array(128);
  const set = (characters: string, what: number): void => {
    for (const it of characters) table[it.charCodeAt(0)] = what;
  };
  set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_/$(\\^;)=<:', TEXT);
  set('yYnNtTfFoO', WORD);
  set('0123456789.+-~', NUMBER);
  return table;
}

export function beginsPlain(code: number): boolean {
  return code >= DEL || (BEGINNINGS[code] ?? NOTHING) !== NOTHING;
}

const LONGEST_WORD = 'false'.length;

/** Whether a plain scalar of that beginning and length can be nothing but text. */
export function isSurelyText(first: number, length: number): boolean {
  if (first >= DEL) return true;
  const beginning = BEGINNINGS[first];
  return beginning === TEXT || (beginning === WORD && length > LONGEST_WORD);
}

export function isFlowIndicator(code: number): boolean {
  return (
    code === COMMA ||
    code === OPEN_BRACKET ||
    code === CLOSE_BRACKET ||
    code === OPEN_BRACE ||
    code === CLOSE_BRACE
  );
}

/** False for what js-yaml does not take in a plain scalar, or only together with its neighbour. */
export function isPrintable(code: number): boolean {
  if (code < DEL) return code >= SPACE;
  return (code >= 0xa0 && code < 0xd800) || (code >= 0xe000 && code < 0xfeff);
}

/** The same of a block scalar's lines, where every CR must be part of a line break. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNPRINTABLE = /[^\t\n\r -~\u00a0-\ud7ff\ue000-\ufefe]|\r(?!\n)/;

export function hasUnprintable(lines: string): boolean {
  return UNPRINTABLE.test(lines);
}
