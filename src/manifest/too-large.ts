import type { DocumentRange } from './document-ranges.ts';

/** A document with more values than this is none that fits into memory: a cluster's 64 MiB have two million. */
const MAX_VALUES = 4_000_000;

export const TOO_MANY_VALUES: string = `a document of more than ${MAX_VALUES} lines and values`;

const [LF, COMMA, DASH, QUESTION, OPEN_BRACKET, OPEN_BRACE, SPACE] = [
  0x0a, 0x2c, 0x2d, 0x3f, 0x5b, 0x7b, 0x20,
];

/**
 * Whether a document may hold more values than can be read. It is told before anybody tries, by what must stand between
 * values: text in which the same marks stand for themselves counts as well.
 */
export function mayHoldTooMuch(text: string, { from, to }: DocumentRange, isJson: boolean): boolean {
  if (to - from <= MAX_VALUES) return false;
  let marks = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === OPEN_BRACKET || code === OPEN_BRACE) marks += 1;
    else if (isJson) continue;
    else if (code === LF) marks += 1;
    else if ((code === DASH || code === QUESTION) && text.charCodeAt(at + 1) === SPACE) marks += 1;
  }
  return marks > MAX_VALUES;
}

/** What the API server takes in one request. */
const MAX_REQUEST_BYTES = 3 * 1024 * 1024;

/** Upstream's text for an object that is more. */
export const REQUEST_TOO_LARGE: string = `Request entity too large: limit is ${MAX_REQUEST_BYTES}`;

/** Whether an object is more than the API server takes in one request, written as JSON without a space. */
export function isLargerThanRequest(object: unknown): boolean {
  return bytesLeft(object, MAX_REQUEST_BYTES) < 0;
}

/** How many bytes are left of so many; any negative number when they do not suffice. */
function bytesLeft(value: unknown, most: number): number {
  if (typeof value === 'string') return most - Buffer.byteLength(value) - 2;
  if (typeof value !== 'object' || value === null) return most - String(value).length;
  // Each member with its comma, the last with a bracket.
  let left = most - 1;
  if (Array.isArray(value)) {
    for (const item of value) {
      left = bytesLeft(item, left - 1);
      if (left < 0) break;
    }
    return left;
  }
  for (const [key, child] of Object.entries(value)) {
    left = bytesLeft(child, left - Buffer.byteLength(key) - 4);
    if (left < 0) break;
  }
  return left;
}
