import type { FieldPath } from '../../core/field-path.ts';
import type { Container } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { ofContainers } from '../restricted-fields.ts';
import { containerField, offenders } from '../reviewed-pod.ts';
import { containersPhrase, pluralize, sortedSet } from '../wording.ts';

function takesHostPort({ ports }: Container): boolean {
  for (const { hostPort } of ports ?? []) if ((hostPort ?? 0) !== 0) return true;
  return false;
}

/** Pods take no ports of the host. */
const review: Review = (pod) => {
  const bad = offenders(pod, takesHostPort);
  if (bad.length === 0) return undefined;
  const ports: string[] = [];
  const fields: FieldPath[] = [];
  for (const reviewed of bad) {
    for (const [index, { hostPort }] of (reviewed.container.ports ?? []).entries()) {
      if ((hostPort ?? 0) === 0) continue;
      ports.push(String(hostPort));
      fields.push(containerField(reviewed, 'ports', index, 'hostPort'));
    }
  }
  const who = containersPhrase(bad);
  const used = sortedSet(ports);
  const what = `${pluralize('hostPort', 'hostPorts', used.length)} ${used.join(', ')}`;
  return {
    reason: 'hostPort',
    detail: `${who} ${pluralize('uses', 'use', bad.length)} ${what}`,
    advice: `remove ${what} from ports in ${who}, and reach containerPort through a Service`,
    fields,
  };
};

export const hostPorts: Check = {
  id: 'hostPorts',
  level: 'baseline',
  title: 'Host Ports',
  description: 'No container takes a port of the host.',
  restricts: [{ fields: ofContainers('ports[*].hostPort'), allowed: ['left out', '0'] }],
  remedy: 'Remove `hostPort`, and reach the `containerPort` through a Service.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
