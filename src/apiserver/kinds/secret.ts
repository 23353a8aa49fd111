import { type FieldError, invalid, required } from '../../kube/field-error.ts';
import type { Secret } from '../../kube/references.ts';
import { secret as schema } from '../../kube/schema/reference-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import { defineKind } from '../define-kind.ts';
import { secretFields } from '../fields/data-fields.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { validateDataSize } from '../rules/data-size.ts';
import { immutableField, immutableWhenSet } from '../rules/immutable.ts';

const ACCOUNT_ANNOTATION = 'kubernetes.io/service-account.name';
const REDACTED = '<secret contents redacted>';

export const secret: ResourceKind<Secret> = defineKind<Secret>({
  kind: 'Secret',
  schema,
  fields: secretFields,
  defaults: (object) => {
    const { stringData, data, ...rest } = object;
    const merged = stringData === undefined ? data : { ...data, ...encoded(stringData) };
    return { ...rest, ...(merged && { data: merged }), type: object.type || 'Opaque' };
  },
  validate: (object) => [
    ...validateObject(object),
    ...validateDataSize(['data'], {}, object.data ?? {}),
    ...validateType(object),
  ],
  validateUpdate: (next, previous) => [
    ...immutableField(next.type, previous.type, ['type']),
    ...immutableWhenSet(next, previous, ['data']),
  ],
  selectableFields: [{ label: 'type' }],
  columns: [
    nameColumn(),
    column('Type', 'What it is for.', ({ type }) => type ?? ''),
    column('Data', 'How many keys it has.', ({ data = {} }) => String(Object.keys(data).length)),
    ageColumn(),
  ],
});

function encoded(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(texts);
  return Object.fromEntries(entries.map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
}

/** What a Secret of a well-known type must hold. */
function validateType({ type, data = {}, metadata }: Secret): readonly FieldError[] {
  const needs = (...keys: readonly string[]): readonly FieldError[] =>
    keys.filter((key) => !Object.hasOwn(data, key)).map((key) => required(['data', key]));
  switch (type) {
    case 'kubernetes.io/service-account-token':
      return metadata.annotations?.[ACCOUNT_ANNOTATION]
        ? []
        : [required(['metadata', 'annotations', ACCOUNT_ANNOTATION])];
    case 'kubernetes.io/dockercfg':
      return dockerErrors(data, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return dockerErrors(data, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth':
      return 'username' in data || 'password' in data ? [] : needs('username', 'password');
    case 'kubernetes.io/ssh-auth':
      return needs('ssh-privatekey');
    case 'kubernetes.io/tls':
      return needs('tls.crt', 'tls.key');
    case undefined:
    default:
      return [];
  }
}

function dockerErrors(data: Readonly<Record<string, string>>, key: string): readonly FieldError[] {
  const text = Object.hasOwn(data, key) ? data[key] : undefined;
  if (text === undefined) return [required(['data', key])];
  try {
    JSON.parse(Buffer.from(text, 'base64').toString());
    return [];
  } catch {
    return [invalid(['data', key], REDACTED, 'not a JSON document')];
  }
}
