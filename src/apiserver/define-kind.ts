import type { KubeObject } from '../kube/meta.ts';
import type { StoredKind } from '../kube/object-api.ts';
import type { Schema } from '../kube/schema/schema.ts';
import { validateObject } from '../kube/validate-object.ts';
import { type FieldTable, fieldWarnings } from './fields/field-table.ts';
import { nameAndAge } from './printing/columns.ts';
import type { ResourceKind, StoredAs, Verb } from './resource-kind.ts';

/** What of a kind is its own; all else is as most kinds have it. A kind that is stored says what becomes of its fields. */
export type KindDefinition<T extends KubeObject> = { readonly schema: Schema<T> } & Partial<
  Omit<ResourceKind<T>, 'fields' | 'kind' | 'schema' | 'stored'>
> &
  (
    | { readonly kind: StoredKind; readonly fields: readonly FieldTable<T>[] }
    | { readonly kind: string; readonly stored: StoredAs<T>; readonly fields: readonly FieldTable<T>[] }
    | { readonly kind: string; readonly stored: undefined; readonly fields?: undefined }
  );

const ALL_VERBS: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/**
 * A kind whose definition leaves out what is usual: of the core group, `v1`, in a namespace, plural with an `s`, stored
 * under its own name, deleted at once, its status taken off on creation, validated as `kube/` knows it.
 */
export function defineKind<T extends KubeObject>(definition: KindDefinition<T>): ResourceKind<T> {
  const singular = definition.kind.toLowerCase();
  const { fields = [] } = definition;
  return Object.freeze({
    group: '',
    version: 'v1',
    resource: `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: ALL_VERBS,
    defaults: (object: T): T => object,
    prepareCreate: withoutStatus,
    prepareUpdate: (next: T): T => next,
    validate: validateObject,
    validateUpdate: () => [],
    warnings: (object: T) => fieldWarnings(fields, object),
    graceSeconds: () => undefined,
    columns: nameAndAge<T>(),
    selectableFields: [],
    subresources: [],
    ...definition,
    fields,
    // The schema of a kind is one of its base, seen as data; the compiler has compared it with `T` above.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    schema: definition.schema as unknown as Schema<KubeObject>,
    stored: 'stored' in definition ? definition.stored : { kind: definition.kind },
  });
}

/** The object as a client may have it made: what happened to it is the node's to say. */
export function withoutStatus<T extends KubeObject>(object: T): T {
  if (!('status' in object)) return object;
  const { status: _, ...rest } = object;
  // `status` is optional in every kind that calls this.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return rest as unknown as T;
}
