import { carriedOut, carriedOutWhere, noted, type Treatments, warned } from '../../core/treatment.ts';
import type { ClusterNode, Taint } from '../../kube/cluster-node.ts';
import type { Lease } from '../../kube/lease.ts';
import type { Namespace } from '../../kube/references.ts';
import type { RuntimeClass } from '../../kube/runtime-class.ts';
import { type FieldTable, fieldTable, placesIn } from './field-table.ts';
import type { OwnFields } from './own-fields.ts';

const scheduled = 'src/controllers/scheduler/scheduler.test.ts';
const admitted = 'src/apiserver/kinds/pod.test.ts';
const kinds = 'src/apiserver/kinds.test.ts';
const kept = 'kept for whoever reads it';

const nodeTreatments: Treatments<ClusterNode['spec']> = {
  podCIDR: carriedOutWhere(
    'told, not chosen: the range that the node gives its pods addresses of',
    'src/controllers/node-heartbeat.test.ts',
  ),
  podCIDRs: carriedOutWhere('the same', 'src/controllers/node-heartbeat.test.ts'),
  providerID: noted(kept),
  unschedulable: carriedOut(scheduled, 'test/e2e/kubectl/cluster.test.ts'),
  taints: carriedOut(scheduled),
};

const taintTreatments: Treatments<Taint> = {
  key: carriedOut(scheduled),
  value: carriedOut(scheduled),
  effect: warned(
    'NoExecute keeps new pods away, and ends none that runs',
    (effect) => effect === 'NoExecute',
    scheduled,
    'src/apiserver/kinds/cluster-node.test.ts',
  ),
  timeAdded: noted(kept),
};

const namespaceTreatments: Treatments<NonNullable<Namespace['spec']>> = {
  finalizers: carriedOut('src/controllers/namespaces.test.ts'),
};

const leaseTreatments: Treatments<NonNullable<Lease['spec']>> = {
  holderIdentity: carriedOutWhere(kept, kinds),
  leaseDurationSeconds: carriedOutWhere(kept, kinds),
  acquireTime: carriedOutWhere(kept, kinds),
  renewTime: carriedOutWhere(kept, 'src/controllers/node-heartbeat.test.ts'),
  leaseTransitions: carriedOutWhere(kept, kinds),
  strategy: noted('there is no coordinated leader election'),
  preferredHolder: noted('there is no coordinated leader election'),
};

const runtimeClassTreatments: Treatments<OwnFields<RuntimeClass>> = {
  handler: carriedOutWhere("it must be the node's runtime", 'src/node/runtime-handler.test.ts'),
  overhead: carriedOut(admitted, scheduled),
  scheduling: carriedOut(admitted),
};

export const nodeFields: readonly FieldTable<ClusterNode>[] = [
  fieldTable('NodeSpec', nodeTreatments, ({ spec }) => [[spec, ['spec']]]),
  fieldTable('Taint', taintTreatments, ({ spec }) => placesIn(spec?.taints, ['spec', 'taints'])),
];

export const namespaceFields: readonly FieldTable<Namespace>[] = [
  fieldTable('NamespaceSpec', namespaceTreatments, ({ spec }) => [[spec, ['spec']]]),
];

export const leaseFields: readonly FieldTable<Lease>[] = [
  fieldTable('LeaseSpec', leaseTreatments, ({ spec }) => [[spec, ['spec']]]),
];

export const runtimeClassFields: readonly FieldTable<RuntimeClass>[] = [
  fieldTable('RuntimeClass', runtimeClassTreatments, (object) => [[object, []]]),
];
