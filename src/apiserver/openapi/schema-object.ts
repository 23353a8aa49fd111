import { type AnySchema, type Field, type ScalarSchema, shapeOf } from '../../kube/schema/schema.ts';
import { componentName } from './component-names.ts';
import { describeField, describeObjectField, describeType } from './descriptions.ts';

/** A Schema Object of OpenAPI 3.0. */
export type SchemaObject = Readonly<Record<string, unknown>>;

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';

/** Types that documents refer to without a schema of ours behind them. */
export const SCALAR_COMPONENTS: Readonly<Record<string, SchemaObject>> = {
  [QUANTITY]: {
    description: 'An amount as a number or a text with a suffix: 500m, 128Mi, 2.',
    oneOf: [{ type: 'string' }, { type: 'number' }],
  },
  [INT_OR_STRING]: {
    description: 'A whole number, or a text: the name of a port, a percentage.',
    format: 'int-or-string',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
  [TIME]: { description: 'A time by RFC 3339, in UTC.', type: 'string', format: 'date-time' },
};

const SCALARS: Readonly<Record<ScalarSchema, SchemaObject>> = {
  any: { type: 'object' },
  boolean: { type: 'boolean' },
  string: { type: 'string' },
  base64: { type: 'string', format: 'byte' },
  time: reference(TIME),
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  quantity: reference(QUANTITY),
  intOrString: reference(INT_OR_STRING),
};

function reference(name: string): SchemaObject {
  return { $ref: `#/components/schemas/${name}` };
}

/** Collects the named types that a schema object refers to. */
export type Refer = (name: string, schema: AnySchema) => void;

/** A schema where it is used: a reference when its type has a name. */
export function schemaObject(schema: AnySchema, refer: Refer): SchemaObject {
  const name = typeof schema === 'string' ? undefined : componentName(schema);
  if (name === undefined) return expandedSchema(schema, refer, undefined);
  refer(name, schema);
  return reference(name);
}

/** A schema where it is declared: `name` is the type's, for its descriptions. */
export function expandedSchema(schema: AnySchema, refer: Refer, name: string | undefined): SchemaObject {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'scalar':
      return SCALARS[shape.scalar];
    case 'list':
      return { type: 'array', items: schemaObject(shape.element, refer) };
    case 'map':
      return { type: 'object', additionalProperties: schemaObject(shape.element, refer) };
    case 'object':
      return objectSchema([...shape.fields.values()], refer, name);
  }
}

function objectSchema(fields: readonly Field[], refer: Refer, name: string | undefined): SchemaObject {
  const description = name === undefined ? undefined : describeType(name);
  const isObject = ['apiVersion', 'kind', 'metadata'].every((it) =>
    fields.some((field) => field.name === it),
  );
  const descriptionOf = (field: string): string | undefined =>
    (name && describeField(name, field)) ?? (isObject ? describeObjectField(field) : undefined);
  const properties = fields.map((field) => [field.name, property(field, refer, descriptionOf(field.name))]);
  const required = name !== undefined && isStatus(name) ? [] : fields.filter(isDemanded);
  return {
    ...(description !== undefined && { description }),
    type: 'object',
    ...(required.length > 0 && { required: required.map((field) => field.name) }),
    properties: Object.fromEntries(properties),
  };
}

function property(field: Field, refer: Refer, description: string | undefined): SchemaObject {
  const schema = schemaObject(field.schema, refer);
  if (description === undefined) return schema;
  // Beside a `$ref`, OpenAPI 3.0 knows no other member.
  return '$ref' in schema ? { description, allOf: [schema] } : { description, ...schema };
}

/** What a status always has is not asked of anybody. */
function isStatus(name: string): boolean {
  return /(?:Status|State|Condition)$/.test(name);
}

/** `apiVersion`, `kind`, `metadata` and `spec` are there in every object, and upstream asks for none of them. */
function isDemanded({ name, required }: Field): boolean {
  return required && !['apiVersion', 'kind', 'metadata', 'spec', 'status'].includes(name);
}
