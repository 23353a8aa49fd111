import type { ClusterNode, NodeCondition, Taint } from '../kube/cluster-node.ts';
import type { Lease } from '../kube/lease.ts';
import { microTimestamp, timestamp } from './clock.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { startKeyedController } from './keyed-controller.ts';
import { keyFor } from './object-key.ts';
import { isSameValue } from './same-value.ts';
import type { WorkQueue } from './work-queue.ts';

const leaseNamespace = 'kube-node-lease';
const leaseSeconds = 40;
const renewMs = 10_000;
/** Of a node that does not change; its lease says more often that it is there. */
const statusMs = 300_000;
const leaseKey = keyFor('', 'lease');
const statusKey = keyFor('', 'status');
const unschedulableKey = 'node.kubernetes.io/unschedulable';

/** Registers the node and says that it is well: its lease every 10 s, its status every 5 min. */
export const nodeHeartbeat: Controller = {
  name: 'kubelet',
  start: (context) => {
    const { api, settings } = context;
    return startKeyedController(context, {
      work: (_, what, queue) => (what === 'lease' ? renewLease(context, queue) : writeStatus(context, queue)),
      watch: (queue) => {
        queue.add(statusKey);
        queue.add(leaseKey);
        return [
          api.watch('Node', ({ type, object, previous }) => {
            if (object.metadata.name !== settings.nodeName || previous === undefined) return;
            if (type === 'DELETED') return queue.add(statusKey);
            if (object.spec.unschedulable === previous.spec.unschedulable) return;
            const reason = object.spec.unschedulable === true ? 'NodeNotSchedulable' : 'NodeSchedulable';
            recordStatus(context, object, reason);
            queue.add(statusKey);
          }),
        ];
      },
    });
  },
};

/** Creates the Node object, or brings it to what the machine is now; what people wrote on it stays. */
export async function registerNode(context: ControllerContext): Promise<void> {
  const { api, settings, recorder, clock } = context;
  const { nodeName, nodeFacts } = settings;
  const conditions = healthyConditions([], clock.now());
  if (api.get('Node', '', nodeName) !== undefined) {
    await api.update('Node', '', nodeName, (current) => withFacts(current, nodeFacts));
    await api.update(
      'Node',
      '',
      nodeName,
      (current) => withStatus(current, nodeFacts, clock.now()),
      'status',
    );
  } else {
    const status = { ...nodeFacts.status, conditions };
    const created = await api.create('Node', { ...nodeFacts, status });
    // The API server takes no status of a new object from anybody.
    if (!isSameValue(created.status, status))
      await api.update('Node', '', nodeName, (current) => ({ ...current, status }), 'status');
  }
  const node = api.get('Node', '', nodeName);
  if (node === undefined) return;
  const about = node;
  recorder.record({ about, type: 'Normal', reason: 'Starting', message: 'Starting kubelet.' });
  for (const reason of [
    'NodeHasSufficientMemory',
    'NodeHasNoDiskPressure',
    'NodeHasSufficientPID',
    'NodeReady',
  ])
    recordStatus(context, node, reason);
}

function recordStatus({ recorder }: ControllerContext, about: ClusterNode, reason: string): void {
  const message = `Node ${about.metadata.name ?? ''} status is now: ${reason}`;
  recorder.record({ about, type: 'Normal', reason, message });
}

function withFacts(current: ClusterNode, { metadata, spec }: ClusterNode): ClusterNode | undefined {
  const labels = { ...current.metadata.labels, ...metadata.labels };
  const annotations = { ...current.metadata.annotations, ...metadata.annotations };
  const { podCIDR, podCIDRs } = spec;
  const taints = taintsOf(current);
  const next: ClusterNode = {
    ...current,
    metadata: { ...current.metadata, labels, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: {
      ...withoutTaints(current.spec),
      ...(podCIDR !== undefined && { podCIDR }),
      ...(podCIDRs !== undefined && { podCIDRs }),
      ...(taints.length > 0 && { taints }),
    },
  };
  return isSameValue(next, current) ? undefined : next;
}

function withoutTaints(spec: ClusterNode['spec']): ClusterNode['spec'] {
  const { taints: _, ...rest } = spec;
  return rest;
}

/** A cordoned node has upstream's taint too. */
function taintsOf({ spec }: ClusterNode): readonly Taint[] {
  const { taints = [], unschedulable = false } = spec;
  const has = taints.some((it) => it.key === unschedulableKey);
  if (has === unschedulable) return taints;
  return unschedulable
    ? [...taints, { key: unschedulableKey, effect: 'NoSchedule' }]
    : taints.filter((it) => it.key !== unschedulableKey);
}

function withStatus(current: ClusterNode, facts: ClusterNode, nowMs: number): ClusterNode {
  const conditions = healthyConditions(current.status?.conditions ?? [], nowMs);
  return { ...current, status: { ...current.status, ...facts.status, conditions } };
}

const healthy: readonly (readonly [type: string, status: string, reason: string, message: string])[] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
];

function healthyConditions(present: readonly NodeCondition[], nowMs: number): readonly NodeCondition[] {
  const now = timestamp(nowMs);
  return healthy.map(([type, status, reason, message]) => {
    const before = present.find((it) => it.type === type);
    const since = before?.status === status ? before.lastTransitionTime : undefined;
    return { type, status, lastHeartbeatTime: now, lastTransitionTime: since ?? now, reason, message };
  });
}

/** Also what `kubectl cordon` changed, and a Node object that somebody deleted. */
async function writeStatus(context: ControllerContext, queue: WorkQueue): Promise<void> {
  const { api, settings, clock } = context;
  const { nodeName, nodeFacts } = settings;
  const node = api.get('Node', '', nodeName);
  if (node === undefined) await registerNode(context);
  else {
    await api.update('Node', '', nodeName, (current) => withFacts(current, nodeFacts));
    if (lastHeartbeatMs(node) + statusMs <= clock.now())
      await api.update(
        'Node',
        '',
        nodeName,
        (current) => withStatus(current, nodeFacts, clock.now()),
        'status',
      );
  }
  queue.addAfter(statusKey, statusMs);
}

function lastHeartbeatMs({ status }: ClusterNode): number {
  const ready = status?.conditions?.find((it) => it.type === 'Ready');
  return Date.parse(ready?.lastHeartbeatTime ?? '') || 0;
}

async function renewLease({ api, settings, clock }: ControllerContext, queue: WorkQueue): Promise<void> {
  const { nodeName } = settings;
  const renewTime = microTimestamp(clock.now());
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: leaseSeconds, renewTime };
  const { apiVersion, kind, metadata } = api.get('Node', '', nodeName) ?? settings.nodeFacts;
  if (api.get('Lease', leaseNamespace, nodeName) === undefined) {
    const lease: Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: nodeName,
        namespace: leaseNamespace,
        ...(metadata.uid !== undefined && {
          ownerReferences: [{ apiVersion, kind, name: nodeName, uid: metadata.uid }],
        }),
      },
      spec,
    };
    await api.create('Lease', lease);
  } else {
    await api.update('Lease', leaseNamespace, nodeName, (current) => ({
      ...current,
      spec: { ...current.spec, ...spec },
    }));
  }
  queue.addAfter(leaseKey, renewMs);
}
