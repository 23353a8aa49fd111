import type { ClusterNode } from '../../kube/cluster-node.ts';
import { clusterNode as schema } from '../../kube/schema/node-schemas.ts';
import { defineKind } from '../define-kind.ts';
import { nodeFields } from '../fields/cluster-fields.ts';
import { ageColumn, column, nameColumn, wideColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';
const UNKNOWN = '<unknown>';

export const clusterNode: ResourceKind<ClusterNode> = defineKind<ClusterNode>({
  kind: 'Node',
  shortNames: ['no'],
  namespaced: false,
  schema,
  fields: nodeFields,
  // A kubelet registers its node together with its status.
  prepareCreate: (node) => node,
  selectableFields: [{ label: 'spec.unschedulable', absent: 'false' }],
  columns: [
    nameColumn(),
    column('Status', 'Whether it takes pods.', statusOf),
    column('Roles', 'What its labels say it is for.', rolesOf),
    ageColumn(),
    column('Version', 'Of its kubelet.', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    wideColumn('Internal-IP', 'Its address in the cluster.', (node) => addressOf(node, 'InternalIP')),
    wideColumn('External-IP', 'Its address outside.', (node) => addressOf(node, 'ExternalIP')),
    wideColumn('OS-Image', 'Its distribution.', ({ status }) => status?.nodeInfo?.osImage || UNKNOWN),
    wideColumn(
      'Kernel-Version',
      'As `uname -r` says.',
      ({ status }) => status?.nodeInfo?.kernelVersion || UNKNOWN,
    ),
    wideColumn(
      'Container-Runtime',
      'What runs its containers.',
      ({ status }) => status?.nodeInfo?.containerRuntimeVersion || UNKNOWN,
    ),
  ],
  subresources: [
    { name: 'status', group: '', version: 'v1', kind: 'Node', verbs: ['get', 'patch', 'update'] },
  ],
});

function statusOf({ spec, status }: ClusterNode): string {
  const ready = (status?.conditions ?? []).find(({ type }) => type === 'Ready');
  const health = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec.unschedulable === true ? `${health},SchedulingDisabled` : health;
}

function rolesOf({ metadata }: ClusterNode): string {
  const labels = Object.entries(metadata.labels ?? {});
  const roles = labels.flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return [key.slice(ROLE_PREFIX.length)];
    return key === ROLE_LABEL ? [value] : [];
  });
  const named = roles.filter((role) => role !== '');
  return named.length === 0 ? '<none>' : [...new Set(named)].sort().join(',');
}

function addressOf({ status }: ClusterNode, wanted: string): string {
  return (status?.addresses ?? []).find(({ type }) => type === wanted)?.address ?? '<none>';
}
