import type { FieldPath } from '../../core/field-path.ts';
import { type AnySchema, type ScalarSchema, type Shape, shapeOf } from '../../kube/schema/schema.ts';
import { isRecord, member } from '../patch/record.ts';

/**
 * The sentence of Go's decoder about a value of the wrong type, as clients know it. The names of Go's types are guessed
 * from the fields' names.
 */
export function wrongTypeText(kind: string, schema: AnySchema, input: unknown, path: FieldPath): string {
  let current = schema;
  let value = input;
  let owner = kind;
  const fields: string[] = [];
  for (const step of path) {
    const shape = shapeOf(current);
    if (shape.kind === 'object' && typeof step === 'string') {
      owner = typeName(kind, fields);
      fields.push(step);
    }
    current = memberSchema(shape, step);
    value = Array.isArray(value)
      ? value[Number(step)]
      : isRecord(value)
        ? member(value, String(step))
        : undefined;
  }
  const shape = shapeOf(current);
  const special = shape.kind === 'scalar' ? SPECIAL[shape.scalar] : undefined;
  if (special !== undefined && typeof value === 'string') return special(value);
  const where = fields.length === 0 ? `value of` : `struct field ${owner}.${fields.join('.')} of`;
  return `json: cannot unmarshal ${jsonType(value)} into Go ${where} type ${goType(kind, fields, current)}`;
}

function memberSchema(shape: Shape, step: string | number): AnySchema {
  if (shape.kind === 'object') return shape.fields.get(String(step))?.schema ?? 'any';
  return shape.kind === 'scalar' ? 'any' : shape.element;
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`;
  return typeof value === 'string' ? 'string' : 'object';
}

const SCALARS: Readonly<Record<ScalarSchema, string>> = {
  any: 'interface {}',
  boolean: 'bool',
  string: 'string',
  base64: '[]uint8',
  time: 'string',
  int32: 'int32',
  int64: 'int64',
  quantity: 'resource.Quantity',
  intOrString: 'int32',
};

const SPECIAL: Partial<Record<ScalarSchema, (value: string) => string>> = {
  quantity: () =>
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  base64: (value) => `illegal base64 data at input byte ${value.search(/[^A-Za-z0-9+/]|$/)}`,
  time: (value) =>
    `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`,
};

function goType(kind: string, fields: readonly string[], schema: AnySchema): string {
  const shape = shapeOf(schema);
  if (shape.kind === 'scalar') return SCALARS[shape.scalar];
  if (shape.kind === 'map') return `map[string]${goType(kind, fields, shape.element)}`;
  if (shape.kind === 'list') return `[]${goType(kind, fields, shape.element)}`;
  return `v1.${typeName(kind, fields)}`;
}

const TYPES: Readonly<Record<string, string>> = {
  metadata: 'ObjectMeta',
  containers: 'Container',
  initContainers: 'Container',
  ephemeralContainers: 'EphemeralContainer',
  env: 'EnvVar',
  envFrom: 'EnvFromSource',
  resources: 'ResourceRequirements',
  template: 'PodTemplateSpec',
  selector: 'LabelSelector',
  livenessProbe: 'Probe',
  readinessProbe: 'Probe',
  startupProbe: 'Probe',
};

/** Go's name of the type that stands at a place. */
function typeName(kind: string, fields: readonly string[]): string {
  const field = fields.at(-1);
  const owner = fields.at(-2);
  if (field === undefined) return kind;
  if (field === 'spec') return owner === 'template' ? 'PodSpec' : `${kind}Spec`;
  if (field === 'status') return `${kind}Status`;
  if (field === 'ports') return owner === 'spec' ? 'ServicePort' : 'ContainerPort';
  if (field === 'securityContext') return owner === 'spec' ? 'PodSecurityContext' : 'SecurityContext';
  const known = Object.hasOwn(TYPES, field) ? TYPES[field] : undefined;
  return known ?? `${field.charAt(0).toUpperCase()}${field.slice(1).replace(/s$/, '')}`;
}
