import type { EndpointSlice } from '../../kube/endpoints.ts';
import { type FieldError, notSupported, required } from '../../kube/field-error.ts';
import { endpointSlice as schema } from '../../kube/schema/endpoint-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import { defineKind } from '../define-kind.ts';
import { endpointSliceFields } from '../fields/endpoint-fields.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { listWithMore } from '../printing/few.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { immutableField } from '../rules/immutable.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

export const endpointSlice: ResourceKind<EndpointSlice> = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  schema,
  fields: endpointSliceFields,
  defaults: (object) => {
    if (object.ports === undefined) return object;
    const ports = object.ports.map((port) => ({
      ...port,
      name: port.name ?? '',
      protocol: port.protocol || 'TCP',
    }));
    return { ...object, ports };
  },
  validate: (object) => [...validateObject(object), ...validateAddressType(object)],
  validateUpdate: (next, previous) => immutableField(next.addressType, previous.addressType, ['addressType']),
  columns: [
    nameColumn(),
    column('AddressType', 'What its addresses are.', ({ addressType }) => addressType),
    column('Ports', 'The ports of all its endpoints.', ({ ports = [] }) =>
      orUnset(ports.map(({ port, name }) => (port === undefined ? (name ?? '*') : String(port)))),
    ),
    column('Endpoints', 'Their addresses.', (object) =>
      orUnset(object.endpoints.flatMap(({ addresses }) => addresses)),
    ),
    ageColumn(),
  ],
});

function orUnset(items: readonly string[]): string {
  return listWithMore(items) || '<unset>';
}

function validateAddressType({ addressType }: EndpointSlice): readonly FieldError[] {
  if (addressType === '') return [required(['addressType'])];
  return ADDRESS_TYPES.includes(addressType)
    ? []
    : [notSupported(['addressType'], addressType, ADDRESS_TYPES)];
}
