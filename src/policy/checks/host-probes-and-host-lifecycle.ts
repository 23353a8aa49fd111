import type { FieldPath } from '../../core/field-path.ts';
import type { Container, LifecycleHandler, ProbeHandler } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { containerField, type ReviewedContainer } from '../reviewed-pod.ts';
import { joinQuote, pluralize, sortedSet } from '../wording.ts';

/**
 * Probes and lifecycle hooks talk to their own pod only: the kubelet, which sends them, could reach other places that
 * the pod cannot.
 *
 * Fields: `httpGet.host` and `tcpSocket.host` of the three probes and the two lifecycle hooks of every container.
 * Allowed: left out or empty. From v1.34.
 */
const HANDLERS: readonly {
  readonly path: readonly string[];
  readonly of: (container: Container) => ProbeHandler | LifecycleHandler | undefined;
}[] = [
  { path: ['livenessProbe'], of: (container) => container.livenessProbe },
  { path: ['readinessProbe'], of: (container) => container.readinessProbe },
  { path: ['startupProbe'], of: (container) => container.startupProbe },
  { path: ['lifecycle', 'postStart'], of: (container) => container.lifecycle?.postStart },
  { path: ['lifecycle', 'preStop'], of: (container) => container.lifecycle?.preStop },
];

const ACTIONS = ['httpGet', 'tcpSocket'] as const;

interface HostUse {
  readonly container: ReviewedContainer;
  readonly host: string;
  readonly field: FieldPath;
}

function hostUses(container: ReviewedContainer): readonly HostUse[] {
  const uses: HostUse[] = [];
  for (const { path, of } of HANDLERS) {
    const handler = of(container.container);
    if (handler === undefined) continue;
    for (const action of ACTIONS) {
      const host = handler?.[action]?.host ?? '';
      if (host !== '')
        uses.push({ container, host, field: containerField(container, ...path, action, 'host') });
    }
  }
  return uses;
}

const review: Review = (pod) => {
  const uses = pod.containers.flatMap(hostUses);
  if (uses.length === 0) return undefined;
  const containers = sortedSet(uses.map(({ container }) => container.name));
  const hosts = sortedSet(uses.map(({ host }) => host));
  const who = `${pluralize('container', 'containers', containers.length)} ${joinQuote(containers)}`;
  const verb = pluralize('uses', 'use', containers.length);
  const what = pluralize('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length);
  return {
    reason: 'probe or lifecycle host',
    detail: `${who} ${verb} ${what} ${joinQuote(hosts)}`,
    fields: uses.map(({ field }) => field),
  };
};

export const hostProbesAndHostLifecycle: Check = {
  id: 'hostProbesAndHostLifecycle',
  level: 'baseline',
  description: 'Probes and lifecycle hooks name no host.',
  versions: [{ minimumVersion: 'v1.34', review }],
};
