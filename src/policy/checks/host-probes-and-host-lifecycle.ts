import type { FieldPath } from '../../core/field-path.ts';
import type { Container, LifecycleHandler, ProbeHandler } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { ofContainers } from '../restricted-fields.ts';
import { containerField, offenders } from '../reviewed-pod.ts';
import { joinQuote, pluralize, sortedSet } from '../wording.ts';

type Handler = ProbeHandler | LifecycleHandler;

const HANDLERS: readonly {
  readonly path: readonly string[];
  readonly of: (container: Container) => Handler | undefined;
}[] = [
  { path: ['livenessProbe'], of: (container) => container.livenessProbe },
  { path: ['readinessProbe'], of: (container) => container.readinessProbe },
  { path: ['startupProbe'], of: (container) => container.startupProbe },
  { path: ['lifecycle', 'postStart'], of: (container) => container.lifecycle?.postStart },
  { path: ['lifecycle', 'preStop'], of: (container) => container.lifecycle?.preStop },
];

const ACTIONS = ['httpGet', 'tcpSocket'] as const;

function namesHost(handler: Handler | undefined): boolean {
  return (handler?.httpGet?.host ?? '') !== '' || (handler?.tcpSocket?.host ?? '') !== '';
}

function usesHost({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container): boolean {
  if (namesHost(livenessProbe) || namesHost(readinessProbe) || namesHost(startupProbe)) return true;
  return namesHost(lifecycle?.postStart) || namesHost(lifecycle?.preStop);
}

/**
 * Probes and lifecycle hooks talk to their own pod only: the kubelet, which sends them, could reach other places that
 * the pod cannot.
 */
const review: Review = (pod) => {
  const bad = offenders(pod, usesHost);
  if (bad.length === 0) return undefined;
  const named: string[] = [];
  const fields: FieldPath[] = [];
  for (const reviewed of bad) {
    for (const { path, of } of HANDLERS) {
      for (const action of ACTIONS) {
        const host = of(reviewed.container)?.[action]?.host ?? '';
        if (host === '') continue;
        named.push(host);
        fields.push(containerField(reviewed, ...path, action, 'host'));
      }
    }
  }
  // Upstream keeps these containers in a set: sorted, and a name that two containers share counts once.
  const containers = sortedSet(bad.map(({ name }) => name));
  const hosts = sortedSet(named);
  const who = `${pluralize('container', 'containers', containers.length)} ${joinQuote(containers)}`;
  const verb = pluralize('uses', 'use', containers.length);
  const what = pluralize('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length);
  return {
    reason: 'probe or lifecycle host',
    detail: `${who} ${verb} ${what} ${joinQuote(hosts)}`,
    advice: `remove host ${joinQuote(hosts)} from probes and hooks in ${who}, so that the pod itself is asked`,
    fields,
  };
};

export const hostProbesAndHostLifecycle: Check = {
  id: 'hostProbesAndHostLifecycle',
  level: 'baseline',
  title: 'Host Probes / Lifecycle Hooks',
  description: 'Probes and lifecycle hooks name no host.',
  restricts: [
    {
      fields: ofContainers(
        ...HANDLERS.flatMap(({ path }) => ACTIONS.map((action) => `${path.join('.')}.${action}.host`)),
      ),
      allowed: ['left out', 'empty'],
    },
  ],
  remedy: 'Remove `host`: without it the probe or the hook asks the pod itself.',
  versions: [{ minimumVersion: 'v1.34', review }],
};
