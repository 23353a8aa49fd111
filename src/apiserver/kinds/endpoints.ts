import type { Endpoints } from '../../kube/endpoints.ts';
import { endpoints as schema } from '../../kube/schema/endpoint-schemas.ts';
import { defineKind } from '../define-kind.ts';
import { endpointsFields } from '../fields/endpoint-fields.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { hostPort, listWithMore } from '../printing/few.ts';
import type { ResourceKind } from '../resource-kind.ts';

export const endpoints: ResourceKind<Endpoints> = defineKind<Endpoints>({
  kind: 'Endpoints',
  resource: 'endpoints',
  shortNames: ['ep'],
  schema,
  fields: endpointsFields,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  defaults: (object) => {
    if (object.subsets === undefined) return object;
    const subsets = object.subsets.map((subset) => ({
      ...subset,
      ...(subset.ports && {
        ports: subset.ports.map((port) => ({ ...port, protocol: port.protocol || 'TCP' })),
      }),
    }));
    return { ...object, subsets };
  },
  columns: [nameColumn(), column('Endpoints', 'The addresses that answer.', addressesOf), ageColumn()],
});

function addressesOf({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ ports = [], addresses = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port))),
  );
  return listWithMore(all);
}
