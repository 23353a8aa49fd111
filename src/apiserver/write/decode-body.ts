import { type DecodeProblem, decode } from '../../kube/decode.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { Schema } from '../../kube/schema/schema.ts';
import { ApiError } from '../../kube/status.ts';
import type { WriteOptions } from '../object-service.ts';
import { isRecord, type JsonRecord, member } from '../patch/record.ts';
import { badRequest, invalidFor } from './refusals.ts';
import { wrongTypeText } from './wrong-type.ts';

/** What a body is read as. */
export interface BodyType<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: Schema<T>;
}

export interface DecodedBody<T extends KubeObject = KubeObject> {
  readonly object: T;
  readonly warnings: readonly string[];
}

/** No type of Kubernetes comes near it; what is deeper would exhaust the stack of those who walk it. */
const MAX_DEPTH = 200;
/** Fields and items. Whatever is kept has fewer, and a body of brackets alone would have a million to be validated. */
const MAX_VALUES = 50_000;
/** As upstream's: more are of no use to anyone. */
const MAX_WARNINGS = 100;

type FieldValidation = WriteOptions['fieldValidation'];

/** Reads a request's body, with upstream's refusals: all are `BadRequest`. */
export function decodeBody<T extends KubeObject>(
  type: BodyType<T>,
  body: unknown,
  fieldValidation: FieldValidation,
): DecodedBody<T> {
  const record = typedRecord(type, body);
  return read(type, record, fieldValidation, (found) =>
    badRequest(
      `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: ${found}`,
    ),
  );
}

/** Reads what a patch has made of an object: what is wrong is `Invalid`, and told of the patch. */
export function decodePatched<T extends KubeObject>(
  type: BodyType<T>,
  patched: unknown,
  fieldValidation: FieldValidation,
): DecodedBody<T> {
  const record = typedRecord(type, patched);
  return read(type, record, fieldValidation, (found) =>
    invalidFor({ group: '', kind: '' }, '', [
      {
        reason: 'FieldValueInvalid',
        text: `patch: Invalid value: ${JSON.stringify(abridged(JSON.stringify(record)))}: ${found}`,
      },
    ]),
  );
}

/** Upstream repeats the whole object; a screen of it will do. */
function abridged(text: string): string {
  return text.length <= 2000 ? text : `${text.slice(0, 2000)}...`;
}

/** `apps/v1`. */
export function apiVersionOf({ group, version }: Pick<BodyType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

function typedRecord(type: Pick<BodyType, 'group' | 'version' | 'kind'>, body: unknown): JsonRecord {
  if (!isRecord(body)) {
    const found = Array.isArray(body) ? 'array' : body === null ? 'null' : typeof body;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${type.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go value`,
    );
  }
  refuseVast(body);
  const expected = apiVersionOf(type);
  const apiVersion = textOf(body, 'apiVersion') || expected;
  const kind = textOf(body, 'kind') || type.kind;
  if (apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (kind !== type.kind) {
    throw badRequest(
      `${kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: converting (${type.version}.${kind}) to (core.${type.kind}): unknown conversion`,
    );
  }
  return { ...body, apiVersion, kind };
}

function textOf(body: JsonRecord, name: string): string {
  const value = member(body, name) ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function refuseVast(body: JsonRecord): void {
  let count = 0;
  const walk = (value: unknown, left: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (left === 0) throw badRequest(`the object is nested too deeply: at most ${MAX_DEPTH} levels are read`);
    const values: readonly unknown[] = Object.values(value);
    count += values.length;
    if (count > MAX_VALUES) {
      throw new ApiError(
        'RequestEntityTooLarge',
        `Request entity too large: the object has more than ${MAX_VALUES} fields and items`,
      );
    }
    for (const item of values) walk(item, left - 1);
  };
  walk(body, MAX_DEPTH);
}

function read<T extends KubeObject>(
  { kind, schema }: BodyType<T>,
  record: JsonRecord,
  fieldValidation: FieldValidation,
  refuse: (found: string) => ApiError,
): DecodedBody<T> {
  const { value, problems } = decode(schema, record);
  const wrong = problems.find(({ code }) => code === 'wrong-type');
  if (wrong !== undefined) throw refuse(wrongTypeText(kind, schema, record, wrong.path));
  const unknown = problems.filter(({ code }) => code === 'unknown-field').slice(0, MAX_WARNINGS);
  if (unknown.length === 0 || fieldValidation === 'Ignore') return { object: value, warnings: [] };
  const messages = unknown.map((it: DecodeProblem) => it.message);
  if (fieldValidation === 'Strict') throw refuse(`strict decoding error: ${messages.join(', ')}`);
  return { object: value, warnings: messages };
}
