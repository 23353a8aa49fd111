import type { FieldPath } from '../../core/field-path.ts';
import type { Check, Review } from '../check.ts';
import { containerField, isSet, type ReviewedContainer } from '../reviewed-pod.ts';
import { containersPhrase, pluralize, sortedSet } from '../wording.ts';

/**
 * Pods take no ports of the host.
 *
 * Field: `ports[*].hostPort` of every container. Allowed: left out or 0.
 */
const review: Review = (pod) => {
  const bad: ReviewedContainer[] = [];
  const ports: string[] = [];
  const fields: FieldPath[] = [];
  for (const container of pod.containers) {
    let isBad = false;
    for (const [index, { hostPort = 0 }] of (container.container.ports ?? []).entries()) {
      if (hostPort === 0 || !isSet(hostPort)) continue;
      isBad = true;
      ports.push(String(hostPort));
      fields.push(containerField(container, 'ports', index, 'hostPort'));
    }
    if (isBad) bad.push(container);
  }
  if (bad.length === 0) return undefined;
  const used = sortedSet(ports);
  const verb = pluralize('uses', 'use', bad.length);
  const noun = pluralize('hostPort', 'hostPorts', used.length);
  return {
    reason: 'hostPort',
    detail: `${containersPhrase(bad)} ${verb} ${noun} ${used.join(', ')}`,
    fields,
  };
};

export const hostPorts: Check = {
  id: 'hostPorts',
  level: 'baseline',
  description: 'No container takes a port of the host.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
