import type { FieldPath } from '../../core/field-path.ts';
import type { Check, Review } from '../check.ts';
import { type ReviewedContainer, securityField } from '../reviewed-pod.ts';
import { containersPhrase, joinQuote, sortedSet } from '../wording.ts';

/**
 * Nothing beyond the usual default set may be added, and NET_RAW not even though it is in that set.
 *
 * Field: `securityContext.capabilities.add` of every container. Names are compared as they are written: `CAP_KILL` and
 * `kill` are forbidden.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** What those containers add beside the allowed capabilities; undefined when nothing. */
export function forbiddenAdditions(
  containers: readonly ReviewedContainer[],
  isAllowed: (capability: string) => boolean,
): { readonly detail: string; readonly fields: readonly FieldPath[] } | undefined {
  const bad = containers.filter(({ securityContext }) =>
    securityContext?.capabilities?.add?.some((capability) => !isAllowed(capability)),
  );
  if (bad.length === 0) return undefined;
  const forbidden: string[] = [];
  const fields: FieldPath[] = [];
  for (const container of bad) {
    for (const [index, capability] of (container.securityContext?.capabilities?.add ?? []).entries()) {
      if (isAllowed(capability)) continue;
      forbidden.push(capability);
      fields.push(securityField(container, 'capabilities', 'add', index));
    }
  }
  const names = joinQuote(sortedSet(forbidden));
  return {
    detail: `${containersPhrase(bad)} must not include ${names} in securityContext.capabilities.add`,
    fields,
  };
}

const review: Review = (pod) => {
  const additions = forbiddenAdditions(pod.containers, (capability) => ALLOWED.has(capability));
  return additions === undefined ? undefined : { reason: 'non-default capabilities', ...additions };
};

export const capabilitiesBaseline: Check = {
  id: 'capabilities_baseline',
  level: 'baseline',
  description: 'Containers add no capability beyond the default set without NET_RAW.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
