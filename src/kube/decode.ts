import type { FieldPath } from '../core/field-path.ts';
import { formatFieldPath } from '../core/field-path.ts';
import { adviseOnField } from './schema/field-advice.ts';
import { SCALARS, type Scalar } from './schema/scalars.ts';
import { type AnySchema, type Field, type Schema, shapeOf } from './schema/schema.ts';

/** A field that the type does not have, or a value of the wrong type. */
export interface DecodeProblem {
  readonly code: 'unknown-field' | 'wrong-type' | 'other-version';
  readonly path: FieldPath;
  readonly message: string;
  /** The field that was probably meant, or the place where it belongs. */
  readonly advice?: string;
}

export interface Decoded<T> {
  /**
   * Of the right shape whatever was wrong: what could not be read has its zero value, or is absent. What was right
   * already is the very object that was read.
   */
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
  const reading: Reading = { root, prefix, path: [...prefix], problems: [] };
  const value = decoderOf(root)(input, reading) ?? zeroValue(root);
  // The schema was type-checked against T, and the value has been built after the schema.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { value: value as T, problems: reading.problems };
}

/** One call of `decode`. */
interface Reading {
  readonly root: AnySchema;
  readonly prefix: FieldPath;
  /** Where the value stands that is being read: each level adds a step, moves it along, and takes it back. */
  readonly path: (string | number)[];
  readonly problems: DecodeProblem[];
}

/**
 * Reads one value; undefined when there is none, or none that can be read. An object or list that is right as it stands
 * is passed on, not copied: nearly all of them are, and a copy is most of what decoding would cost.
 */
type Decoder = (input: unknown, reading: Reading) => unknown;

const decoders = new WeakMap<object, Decoder>();

/** The decoder of a schema, made when it is needed first: of most objects only a few fields ever occur. */
function decoderOf(schema: AnySchema): Decoder {
  if (typeof schema === 'string') return SCALAR_DECODERS[schema];
  let decoder = decoders.get(schema);
  if (decoder === undefined) {
    const shape = shapeOf(schema);
    if (shape.kind === 'list') decoder = listDecoder(shape.element);
    else if (shape.kind === 'map') decoder = mapDecoder(shape.element);
    else if (shape.kind === 'object') decoder = objectDecoder(shape.fields);
    else decoder = SCALAR_DECODERS[shape.scalar];
    decoders.set(schema, decoder);
  }
  return decoder;
}

function scalarDecoder({ expected, expectedWhole = expected, fits }: Scalar): Decoder {
  return (input, reading) => {
    if (isAbsent(input)) return undefined;
    if (fits(input)) return input;
    return wrongType(reading, Number.isInteger(input) ? expected : expectedWhole, input);
  };
}

const SCALAR_DECODERS = {
  any: scalarDecoder(SCALARS.any),
  boolean: scalarDecoder(SCALARS.boolean),
  string: scalarDecoder(SCALARS.string),
  base64: scalarDecoder(SCALARS.base64),
  time: scalarDecoder(SCALARS.time),
  int32: scalarDecoder(SCALARS.int32),
  int64: scalarDecoder(SCALARS.int64),
  quantity: scalarDecoder(SCALARS.quantity),
  intOrString: scalarDecoder(SCALARS.intOrString),
};

function listDecoder(element: AnySchema): Decoder {
  const decodeItem = decoderOf(element);
  return (input, reading) => {
    if (isAbsent(input)) return undefined;
    if (!Array.isArray(input)) return wrongType(reading, 'a list', input);
    const items: readonly unknown[] = input;
    const { path } = reading;
    const depth = path.push(0) - 1;
    let copy: unknown[] | undefined;
    for (let index = 0; index < items.length; index += 1) {
      path[depth] = index;
      const decoded = decodeItem(items[index], reading) ?? zeroValue(element);
      if (decoded !== items[index]) copy ??= items.slice(0, index);
      copy?.push(decoded);
    }
    path.pop();
    return copy ?? input;
  };
}

function mapDecoder(element: AnySchema): Decoder {
  const decodeEntry = decoderOf(element);
  return (input, reading) => {
    if (isAbsent(input)) return undefined;
    if (!isRecord(input)) return wrongType(reading, 'a map', input);
    const { path } = reading;
    const depth = path.push('') - 1;
    let copy = isPlain(input) ? undefined : { ...input };
    for (const key of Object.keys(input)) {
      path[depth] = key;
      const decoded = decodeEntry(input[key], reading) ?? zeroValue(element);
      if (decoded === input[key]) continue;
      copy ??= { ...input };
      setOwn(copy, key, decoded);
    }
    path.pop();
    return copy ?? input;
  };
}

function objectDecoder(fields: ReadonlyMap<string, Field>): Decoder {
  const ofFields = new Map<string, Decoder>();
  const required = [...fields.values()].filter((it) => it.required);
  return (input, reading) => {
    if (isAbsent(input)) return undefined;
    if (!isRecord(input)) return wrongType(reading, 'an object', input);
    const { path } = reading;
    const depth = path.push('') - 1;
    let copy: Record<string, unknown> | undefined = isPlain(input) ? undefined : {};
    for (const name of Object.keys(input)) {
      path[depth] = name;
      const decodeField = ofFields.get(name) ?? learn(ofFields, fields, name);
      const decoded =
        decodeField === undefined ? unknownField(reading, fields) : decodeField(input[name], reading);
      if (decoded === undefined || decoded !== input[name]) copy ??= fieldsBefore(input, name);
      if (copy !== undefined && decoded !== undefined) copy[name] = decoded;
    }
    path.pop();
    for (const { name, schema } of required) {
      if ((copy ?? input)[name] !== undefined) continue;
      copy ??= { ...input };
      copy[name] = zeroValue(schema);
    }
    return copy ?? input;
  };
}

function learn(
  ofFields: Map<string, Decoder>,
  fields: ReadonlyMap<string, Field>,
  name: string,
): Decoder | undefined {
  const field = fields.get(name);
  if (field === undefined) return undefined;
  const decoder = decoderOf(field.schema);
  ofFields.set(name, decoder);
  return decoder;
}

/** Whoever has more needs no list of them; one more, so that it is known that there are more. */
const MAX_PROBLEMS = 1000;
/** Looking for what was meant takes time, and nobody reads more. */
const MAX_ADVICE = 100;

function unknownField(
  { root, prefix, path, problems }: Reading,
  siblings: ReadonlyMap<string, Field>,
): undefined {
  if (problems.length > MAX_PROBLEMS) return undefined;
  const where = [...path];
  const isAdvised = problems.length < MAX_ADVICE;
  const advice = isAdvised ? adviseOnField({ root, prefix, siblings, path: where }) : undefined;
  const message = `unknown field "${formatFieldPath(where)}"`;
  problems.push({ code: 'unknown-field', path: where, message, ...(advice !== undefined && { advice }) });
  return undefined;
}

function wrongType({ path, problems }: Reading, expected: string, found: unknown): undefined {
  if (problems.length > MAX_PROBLEMS) return undefined;
  const message = `${formatFieldPath(path)}: expected ${expected}, found ${describe(found)}`;
  problems.push({ code: 'wrong-type', path: [...path], message });
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

function isAbsent(input: unknown): input is null | undefined {
  return input === null || input === undefined;
}

function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/** Whether an object is nothing but its fields, as parsers make them: no Date, no Map. */
function isPlain(input: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === Object.prototype || prototype === null;
}

function fieldsBefore(input: Readonly<Record<string, unknown>>, end: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(input)) {
    if (name === end) break;
    result[name] = input[name];
  }
  return result;
}

/** `__proto__` as a plain key: an assignment would set the prototype instead. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
