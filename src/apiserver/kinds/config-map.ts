import type { ConfigMap } from '../../kube/references.ts';
import { configMap as schema } from '../../kube/schema/reference-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import { defineKind } from '../define-kind.ts';
import { configMapFields } from '../fields/data-fields.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { validateDataSize } from '../rules/data-size.ts';
import { immutableWhenSet } from '../rules/immutable.ts';

export const configMap: ResourceKind<ConfigMap> = defineKind<ConfigMap>({
  kind: 'ConfigMap',
  shortNames: ['cm'],
  schema,
  fields: configMapFields,
  validate: (object) => [
    ...validateObject(object),
    // Upstream's text names no field here: `[]`.
    ...validateDataSize([''], object.data ?? {}, object.binaryData ?? {}),
  ],
  validateUpdate: (next, previous) => immutableWhenSet(next, previous, ['data', 'binaryData']),
  columns: [
    nameColumn(),
    column('Data', 'How many keys it has.', ({ data = {}, binaryData = {} }) =>
      String(Object.keys(data).length + Object.keys(binaryData).length),
    ),
    ageColumn(),
  ],
});
