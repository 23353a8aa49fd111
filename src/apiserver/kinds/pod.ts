import { applyDefaults } from '../../kube/defaults.ts';
import type { Pod } from '../../kube/pod.ts';
import { qosClassOf } from '../../kube/qos-class.ts';
import { pod as schema } from '../../kube/schema/pod-schemas.ts';
import { validatePod } from '../../kube/validate-pod.ts';
import { defineKind } from '../define-kind.ts';
import { ageColumn, column, nameColumn, orNone, wideColumn } from '../printing/columns.ts';
import { podCells } from '../printing/pod-cells.ts';
import type { Column, ResourceKind, Subresource } from '../resource-kind.ts';
import { admitPod } from '../rules/pod-admission.ts';
import { validateEphemeralContainersUpdate, validatePodUpdate } from '../rules/pod-update.ts';

const columns: readonly Column<Pod>[] = [
  nameColumn(),
  column(
    'Ready',
    'Containers that are ready, of all that shall run.',
    (pod, { nowMs }) => podCells(pod, nowMs).ready,
  ),
  column(
    'Status',
    'The phase, or why a container is not running.',
    (pod, { nowMs }) => podCells(pod, nowMs).status,
  ),
  column(
    'Restarts',
    'How often containers were restarted, and when last.',
    (pod, { nowMs }) => podCells(pod, nowMs).restarts,
  ),
  ageColumn(),
  wideColumn('IP', 'The address of the pod.', ({ status }) => orNone(status?.podIP)),
  wideColumn('Node', 'The node that the pod runs on.', ({ spec }) => orNone(spec.nodeName)),
  wideColumn('Nominated Node', 'A node that is being cleared for the pod.', ({ status }) =>
    orNone(status?.nominatedNodeName),
  ),
  wideColumn('Readiness Gates', 'Further conditions that hold, of all that are asked for.', readinessGates),
];

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const conditions: readonly { readonly type: string; readonly status: string }[] = status?.conditions ?? [];
  const isTrue = (type: string): boolean => conditions.some((it) => it.type === type && it.status === 'True');
  return `${gates.filter((it) => isTrue(it.conditionType)).length}/${gates.length}`;
}

const subresources: readonly Subresource[] = [
  { name: 'attach', group: '', version: 'v1', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  { name: 'binding', group: '', version: 'v1', kind: 'Binding', verbs: ['create'] },
  { name: 'ephemeralcontainers', group: '', version: 'v1', kind: 'Pod', verbs: ['get', 'patch', 'update'] },
  { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  { name: 'exec', group: '', version: 'v1', kind: 'PodExecOptions', verbs: ['create', 'get'] },
  { name: 'log', group: '', version: 'v1', kind: 'Pod', verbs: ['get'] },
  { name: 'portforward', group: '', version: 'v1', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
  { name: 'status', group: '', version: 'v1', kind: 'Pod', verbs: ['get', 'patch', 'update'] },
];

export const pod: ResourceKind<Pod> = defineKind<Pod>({
  kind: 'Pod',
  shortNames: ['po'],
  categories: ['all'],
  schema,
  fields: [],
  // The name is left as it is: one that is to be generated is made by the server.
  defaults: (pod) => ({ ...applyDefaults(pod), metadata: pod.metadata }),
  prepareCreate: (pod, context) => ({
    ...admitPod(pod, context),
    status: { phase: 'Pending', conditions: [], qosClass: qosClassOf(pod) },
  }),
  validate: (pod) => validatePod(applyDefaults(pod)),
  validateUpdate: (next, previous, subresource) =>
    subresource === 'ephemeralcontainers'
      ? validateEphemeralContainersUpdate(next, previous)
      : validatePodUpdate(next, previous),
  wanted: withoutNode,
  graceSeconds: graceSecondsOf,
  columns,
  selectableFields: [
    { label: 'spec.hostNetwork', absent: 'false' },
    { label: 'spec.nodeName' },
    { label: 'spec.restartPolicy' },
    { label: 'spec.schedulerName' },
    { label: 'spec.serviceAccountName' },
    { label: 'status.nominatedNodeName' },
    { label: 'status.phase' },
    { label: 'status.podIP' },
    { label: 'status.podIPs', path: 'status.podIP' },
  ],
  subresources,
});

/** That a pod gets its node is no change of what it is to do. */
function withoutNode({ spec }: Pod): object {
  const { nodeName: _, ...wanted } = spec;
  return wanted;
}

/** Nothing is waited for where nothing runs: the pod has no node, or has ended. */
function graceSecondsOf({ spec, status }: Pod): number {
  const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (spec.nodeName === undefined || spec.nodeName === '' || isOver) return 0;
  return spec.terminationGracePeriodSeconds ?? 30;
}
