import type { FieldPath } from '../core/field-path.ts';
import { formatFieldPath } from '../core/field-path.ts';
import { parseQuantity } from './quantity.ts';
import { adviseOnField } from './schema/field-advice.ts';
import { type AnySchema, type Field, type ScalarSchema, type Schema, shapeOf } from './schema/schema.ts';

/** A field that the type does not have, or a value of the wrong type. */
export interface DecodeProblem {
  readonly code: 'unknown-field' | 'wrong-type' | 'other-version';
  readonly path: FieldPath;
  readonly message: string;
  /** The field that was probably meant, or the place where it belongs. */
  readonly advice?: string;
}

export interface Decoded<T> {
  /** Of the right shape whatever was wrong: what could not be read has its zero value, or is absent. */
  readonly value: T;
  readonly problems: readonly DecodeProblem[];
}

/**
 * Reads untyped data as `T`, strictly: every surplus field and every wrong type is a problem, and all are reported.
 * As in Kubernetes, null means absent, and a required field that is missing has its zero value (validation then says
 * what must not be empty). `prefix` is where `input` stands in its document.
 */
export function decode<T>(schema: Schema<T>, input: unknown, prefix: FieldPath = []): Decoded<T> {
  const root = schema as AnySchema;
  const decoder: Decoder = { root, prefix, problems: [] };
  const value = decodeValue(decoder, root, input, prefix) ?? zeroValue(root);
  // The schema was type-checked against T, and the value has been built after the schema.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { value: value as T, problems: decoder.problems };
}

interface Decoder {
  readonly root: AnySchema;
  readonly prefix: FieldPath;
  readonly problems: DecodeProblem[];
}

function decodeValue(decoder: Decoder, schema: AnySchema, input: unknown, path: FieldPath): unknown {
  if (input === null || input === undefined) return undefined;
  const shape = shapeOf(schema);
  if (shape.kind === 'list') return decodeList(decoder, shape.element, input, path);
  if (shape.kind === 'map') return decodeMap(decoder, shape.element, input, path);
  if (shape.kind === 'object') return decodeObject(decoder, shape.fields, input, path);
  const { expected, fits } = SCALARS[shape.scalar];
  if (fits(input)) return input;
  return wrongType(
    decoder,
    path,
    Number.isInteger(input) ? expected : (WHOLE[shape.scalar] ?? expected),
    input,
  );
}

function decodeList(decoder: Decoder, element: AnySchema, input: unknown, path: FieldPath): unknown {
  if (!Array.isArray(input)) return wrongType(decoder, path, 'a list', input);
  return input.map(
    (item: unknown, index) => decodeValue(decoder, element, item, [...path, index]) ?? zeroValue(element),
  );
}

function decodeMap(decoder: Decoder, element: AnySchema, input: unknown, path: FieldPath): unknown {
  if (!isRecord(input)) return wrongType(decoder, path, 'a map', input);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(input)) {
    setOwn(result, key, decodeValue(decoder, element, value, [...path, key]) ?? zeroValue(element));
  }
  return result;
}

function decodeObject(
  decoder: Decoder,
  fields: ReadonlyMap<string, Field>,
  input: unknown,
  path: FieldPath,
): unknown {
  if (!isRecord(input)) return wrongType(decoder, path, 'an object', input);
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    const field = fields.get(name);
    if (field === undefined) {
      unknownField(decoder, fields, name, path);
      continue;
    }
    const decoded = decodeValue(decoder, field.schema, value, [...path, name]);
    if (decoded !== undefined) result[name] = decoded;
  }
  for (const field of fields.values()) {
    if (field.required && result[field.name] === undefined) result[field.name] = zeroValue(field.schema);
  }
  return result;
}

/** Looking for what was meant takes time, and nobody reads more. */
const MAX_ADVICE = 100;

function unknownField(
  decoder: Decoder,
  fields: ReadonlyMap<string, Field>,
  name: string,
  path: FieldPath,
): void {
  const where = [...path, name];
  const { root, prefix, problems } = decoder;
  const isAdvised = problems.length < MAX_ADVICE;
  const advice = isAdvised ? adviseOnField({ root, prefix, siblings: fields, path: where }) : undefined;
  const message = `unknown field "${formatFieldPath(where)}"`;
  decoder.problems.push({
    code: 'unknown-field',
    path: where,
    message,
    ...(advice !== undefined && { advice }),
  });
}

const INT32_MAX = 2 ** 31 - 1;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

interface Scalar {
  readonly expected: string;
  readonly fits: (input: unknown) => boolean;
  /** Go's zero value: what an absent required field holds. */
  readonly zero: unknown;
}

const SCALARS: Readonly<Record<ScalarSchema, Scalar>> = {
  any: { expected: 'anything', fits: () => true, zero: undefined },
  boolean: { expected: 'a boolean', fits: (it) => typeof it === 'boolean', zero: false },
  string: { expected: 'a string', fits: (it) => typeof it === 'string', zero: '' },
  base64: { expected: 'base64 text', fits: isBase64, zero: '' },
  time: { expected: 'an RFC 3339 time', fits: (it) => typeof it === 'string' && TIME.test(it), zero: '' },
  int32: {
    expected: 'a 32-bit integer',
    fits: (it) => Number.isInteger(it) && Math.abs(Number(it)) <= INT32_MAX,
    zero: 0,
  },
  int64: { expected: 'an integer', fits: (it) => Number.isInteger(it), zero: 0 },
  quantity: { expected: 'a quantity such as 500m or 128Mi', fits: isQuantity, zero: 0 },
  intOrString: {
    expected: 'an integer or a string',
    fits: (it) => typeof it === 'string' || Number.isInteger(it),
    zero: 0,
  },
};

/** What a value that is no integer at all is told, in place of a range. */
const WHOLE: Partial<Record<ScalarSchema, string>> = { int32: 'an integer' };

function isBase64(input: unknown): boolean {
  return typeof input === 'string' && BASE64.test(input.replace(/[\r\n]/g, ''));
}

function isQuantity(input: unknown): boolean {
  return (typeof input === 'string' || typeof input === 'number') && parseQuantity(input).ok;
}

function wrongType(decoder: Decoder, path: FieldPath, expected: string, found: unknown): undefined {
  const message = `${formatFieldPath(path)}: expected ${expected}, found ${describe(found)}`;
  decoder.problems.push({ code: 'wrong-type', path, message });
  return undefined;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') {
    return `the string ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)}`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  return 'an object';
}

function zeroValue(schema: AnySchema): unknown {
  const shape = shapeOf(schema);
  if (shape.kind === 'scalar') return SCALARS[shape.scalar].zero;
  if (shape.kind === 'list') return [];
  const result: Record<string, unknown> = {};
  if (shape.kind === 'map') return result;
  for (const field of shape.fields.values()) {
    if (field.required) result[field.name] = zeroValue(field.schema);
  }
  return result;
}

function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/** `__proto__` as a plain key: an assignment would set the prototype instead. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
