import { MAX_KEY_LENGTH } from './node.ts';
import type { PlacedValue } from './nodes-of.ts';

const MAX_DEPTH = 500;

/**
 * Reads a text that is one JSON value with nothing wrong in it, which is fast; anything else is `parseJson`'s to read, and
 * to complain about. `JSON.parse` has the grammar right, but keeps silent when a key stands twice: that is noticed by the
 * count of what was written.
 */
export function readSingleJson(text: string): PlacedValue | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const offsets = offsetsIn(text);
  return countIn(value, 0) === offsets.length ? { value, offsets } : undefined;
}

/** Where each key and each value begins, in text that is JSON. */
function offsetsIn(text: string): readonly number[] {
  const offsets: number[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (' \t\r\n,:]}'.includes(character)) {
      at += 1;
      continue;
    }
    offsets.push(at);
    if (character === '"') at = stringEnd(text, at);
    else if (character === '{' || character === '[') at += 1;
    else at = wordEnd(text, at);
  }
  return offsets;
}

function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text.charAt(quote - 1 - backslashes) === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

/** Of a number, `true`, `false` or `null`. */
function wordEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && /[-+.0-9A-Za-z]/.test(text.charAt(at))) at += 1;
  return at;
}

/** How many keys and values there are; NaN when one of them is not to be had this way. */
function countIn(value: unknown, depth: number): number {
  if (depth > MAX_DEPTH) return Number.NaN;
  if (typeof value === 'number') return Number.isFinite(value) ? 1 : Number.NaN;
  if (Array.isArray(value)) {
    return value.reduce<number>((count, item) => count + countIn(item, depth + 1), 1);
  }
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const [key, child] of Object.entries(value)) {
    // A key of digits has lost its place among the others.
    if (key.length > MAX_KEY_LENGTH || /^\d+$/.test(key)) return Number.NaN;
    count += 1 + countIn(child, depth + 1);
  }
  return count;
}
