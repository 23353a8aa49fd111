import { isQuantity } from '../quantity.ts';
import type { ScalarSchema } from './schema.ts';

/** What a scalar's values must be. */
export interface Scalar {
  readonly expected: string;
  /** What a number that is not whole is told in place of `expected`, where that names a range. */
  readonly expectedWhole?: string;
  readonly fits: (input: unknown) => boolean;
  /** Go's zero value: what an absent required field holds. */
  readonly zero: unknown;
}

const INT32_MAX = 2 ** 31 - 1;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** The wire types of scalars. */
export const SCALARS: Readonly<Record<ScalarSchema, Scalar>> = {
  any: { expected: 'anything', fits: () => true, zero: undefined },
  boolean: { expected: 'a boolean', fits: (it) => typeof it === 'boolean', zero: false },
  string: { expected: 'a string', fits: isString, zero: '' },
  base64: { expected: 'base64 text', fits: (it) => isString(it) && isBase64(it), zero: '' },
  time: { expected: 'an RFC 3339 time', fits: (it) => isString(it) && TIME.test(it), zero: '' },
  int32: {
    expected: 'a 32-bit integer',
    expectedWhole: 'an integer',
    fits: (it) => Number.isInteger(it) && Math.abs(Number(it)) <= INT32_MAX,
    zero: 0,
  },
  int64: { expected: 'an integer', fits: (it) => Number.isInteger(it), zero: 0 },
  quantity: {
    expected: 'a quantity such as 500m or 128Mi',
    fits: (it) => (isString(it) || typeof it === 'number') && isQuantity(it),
    zero: 0,
  },
  intOrString: {
    expected: 'an integer or a string',
    fits: (it) => isString(it) || Number.isInteger(it),
    zero: 0,
  },
};

function isString(input: unknown): input is string {
  return typeof input === 'string';
}

const NEWLINE = 10;
const RETURN = 13;
const EQUALS = 61;
/** By character code, for the codes below 128. */
const IS_BASE64_DIGIT: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9+/]/.test(String.fromCharCode(code)),
);

/** Character by character: a regular expression of groups would run out of stack on a Secret of many megabytes. */
function isBase64(text: string): boolean {
  let digits = 0;
  let padding = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === NEWLINE || code === RETURN) continue;
    if (code === EQUALS) padding += 1;
    else if (padding === 0 && IS_BASE64_DIGIT[code] === true) digits += 1;
    else return false;
  }
  return padding <= 2 && (digits + padding) % 4 === 0;
}
