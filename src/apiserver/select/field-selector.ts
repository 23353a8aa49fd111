import type { KubeObject } from '../../kube/meta.ts';
import { ApiError } from '../../kube/status.ts';
import type { ResourceKind, SelectableField } from '../resource-kind.ts';

/** What is known of a kind's fields. */
export type SelectableKind = Pick<ResourceKind, 'selectableFields'>;

/** Those of every kind. */
const COMMON: readonly SelectableField[] = [{ label: 'metadata.name' }, { label: 'metadata.namespace' }];

/**
 * `status.phase!=Failed,spec.nodeName=n`: fields that the kind lets itself be selected by. Throws `BadRequest`, so that a
 * name that is mistyped is no empty list.
 */
export function parseFieldSelector(text: string, kind: SelectableKind): (object: KubeObject) => boolean {
  const terms = text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => parseTerm(part, text, kind));
  return (object) => terms.every(({ field, value, equal }) => (fieldText(object, field) === value) === equal);
}

interface Term {
  readonly field: SelectableField;
  readonly value: string;
  readonly equal: boolean;
}

function parseTerm(part: string, selector: string, kind: SelectableKind): Term {
  for (const operator of ['!=', '==', '=']) {
    const [label = '', value, ...more] = part.split(operator);
    if (value !== undefined && more.length === 0) {
      return { field: findField(label.trim(), kind), value: value.trim(), equal: operator !== '!=' };
    }
  }
  throw new ApiError('BadRequest', `invalid selector: '${selector}'; can't understand '${part}'`);
}

function findField(label: string, { selectableFields }: SelectableKind): SelectableField {
  const field = [...COMMON, ...selectableFields].find((it) => it.label === label);
  if (field !== undefined) return field;
  throw new ApiError(
    'BadRequest',
    selectableFields.length > 0
      ? `field label not supported: ${label}`
      : `${JSON.stringify(label)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}

function fieldText(object: KubeObject, { label, path = label, absent = '' }: SelectableField): string {
  let value: unknown = object;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return absent;
    value = Reflect.get(value, name);
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : absent;
}
