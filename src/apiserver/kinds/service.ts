import { type FieldError, invalid } from '../../kube/field-error.ts';
import type { Service } from '../../kube/references.ts';
import { service as schema } from '../../kube/schema/reference-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import { validateService } from '../../kube/validate-service.ts';
import { defineKind } from '../define-kind.ts';
import { serviceFields } from '../fields/service-fields.ts';
import { ageColumn, column, nameColumn, orNone, wideColumn } from '../printing/columns.ts';
import { formatLabels } from '../printing/selector.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { withClusterIp } from '../rules/service-address.ts';
import { defaultedService } from '../rules/service-defaults.ts';
import { keepNodePorts, withNodePorts } from '../rules/service-ports.ts';

export const service: ResourceKind<Service> = defineKind<Service>({
  kind: 'Service',
  shortNames: ['svc'],
  categories: ['all'],
  schema,
  fields: serviceFields,
  defaults: defaultedService,
  prepareCreate: (object, context) => ({
    ...withNodePorts(withClusterIp(object, context), context),
    status: { loadBalancer: {} },
  }),
  prepareUpdate: (next, previous, context) =>
    withNodePorts(withClusterIp(keepNodePorts(keepAddress(next, previous), previous), context), context),
  validate: (object) => [...validateObject(object), ...validateService(object)],
  validateUpdate,
  selectableFields: [{ label: 'spec.clusterIP' }, { label: 'spec.type' }],
  columns: [
    nameColumn(),
    column('Type', 'How far it can be reached from.', ({ spec }) => spec.type ?? ''),
    column('Cluster-IP', 'Its address in the cluster.', ({ spec }) => orNone(spec.clusterIP)),
    column('External-IP', 'Its addresses outside.', externalAddresses),
    column('Port(s)', 'Its ports, with those of the node.', portsOf),
    ageColumn(),
    wideColumn('Selector', 'What finds its pods.', ({ spec }) => formatLabels(spec.selector)),
  ],
  subresources: [
    { name: 'status', group: '', version: 'v1', kind: 'Service', verbs: ['get', 'patch', 'update'] },
  ],
});

/** A Service keeps its address unless its type no longer has one. */
function keepAddress(next: Service, previous: Service): Service {
  const { clusterIP, clusterIPs: _, ...rest } = next.spec;
  const { clusterIP: before, clusterIPs: allBefore } = previous.spec;
  if (next.spec.type === 'ExternalName') {
    const isOld = clusterIP === before;
    return isOld ? { ...next, spec: rest } : next;
  }
  if (clusterIP || before === undefined) return next;
  return { ...next, spec: { ...rest, clusterIP: before, ...(allBefore && { clusterIPs: allBefore }) } };
}

function validateUpdate(next: Service, previous: Service): readonly FieldError[] {
  const before = previous.spec.clusterIP ?? '';
  const after = next.spec.clusterIP ?? '';
  if (before === '' || before === after) return [];
  if (previous.spec.type === 'ExternalName' || next.spec.type === 'ExternalName') return [];
  return [invalid(['spec', 'clusterIPs', 0], next.spec.clusterIPs ?? [], 'may not change once set')];
}

function externalAddresses({ spec, status }: Service): string {
  const { externalIPs = [], type } = spec;
  switch (type) {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || (hostname ?? ''));
      return [...ingress, ...externalIPs].join(',') || '<pending>';
    }
    case undefined:
    default:
      return orNone(externalIPs.join(','));
  }
}

function portsOf({ spec }: Service): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol = 'TCP' }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return orNone(ports.join(','));
}
