/**
 * The shape of `T` as data, for strict decoding. A scalar is the name of its wire type; a list is a one-element list;
 * a map has the one key `*`; an object has its fields, a required one written with `!`. A field of the type that is
 * missing here, or one too many, does not compile.
 */
export type Schema<T> = unknown extends T
  ? 'any'
  : [T] extends [boolean]
    ? 'boolean'
    : [T] extends [string]
      ? 'string' | 'base64' | 'time'
      : [T] extends [number]
        ? 'int32' | 'int64'
        : [T] extends [string | number]
          ? 'quantity' | 'intOrString'
          : T extends readonly (infer E)[]
            ? readonly [Schema<E>]
            : string extends keyof T
              ? { readonly '*': Schema<T[keyof T]> }
              : ObjectSchema<T>;

export type ObjectSchema<T> = {
  readonly [K in keyof T & string as Partial<Pick<T, K>> extends Pick<T, K> ? K : `${K}!`]-?: Schema<
    Exclude<T[K], undefined>
  >;
};

export type ScalarSchema =
  | 'any'
  | 'boolean'
  | 'string'
  | 'base64'
  | 'time'
  | 'int32'
  | 'int64'
  | 'quantity'
  | 'intOrString';

/** A schema whose type is not known at compile time. */
export type AnySchema = ScalarSchema | readonly [AnySchema] | { readonly [field: string]: AnySchema };

export interface Field {
  readonly name: string;
  readonly schema: AnySchema;
  readonly required: boolean;
}

export type Shape =
  | { readonly kind: 'scalar'; readonly scalar: ScalarSchema }
  | { readonly kind: 'list'; readonly element: AnySchema }
  | { readonly kind: 'map'; readonly element: AnySchema }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Field> };

const shapes = new WeakMap<object, Shape>();

/** What a schema says, ready for look-ups. */
export function shapeOf(schema: AnySchema): Shape {
  if (typeof schema === 'string') return { kind: 'scalar', scalar: schema };
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = readShape(schema);
    shapes.set(schema, shape);
  }
  return shape;
}

function readShape(schema: Exclude<AnySchema, string>): Shape {
  if (isList(schema)) return { kind: 'list', element: schema[0] };
  const mapElement = schema['*'];
  if (mapElement !== undefined) return { kind: 'map', element: mapElement };
  const fields = new Map<string, Field>();
  for (const [key, fieldSchema] of Object.entries(schema)) {
    const required = key.endsWith('!');
    const name = required ? key.slice(0, -1) : key;
    fields.set(name, { name, schema: fieldSchema, required });
  }
  return { kind: 'object', fields };
}

function isList(schema: AnySchema): schema is readonly [AnySchema] {
  return Array.isArray(schema);
}
