import type { FieldPath } from '../../core/field-path.ts';
import type { Container } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { ofContainers } from '../restricted-fields.ts';
import { offenders, type ReviewedContainer, securityField } from '../reviewed-pod.ts';
import { containersPhrase, joinQuote, sortedSet } from '../wording.ts';

/** The usual default set without NET_RAW. Names are compared as they are written: `CAP_KILL` and `kill` are forbidden. */
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

/** True when the container adds a capability that is not among the allowed ones. */
export function addsForbidden({ securityContext }: Container, allowed: ReadonlySet<string>): boolean {
  for (const capability of securityContext?.capabilities?.add ?? [])
    if (!allowed.has(capability)) return true;
  return false;
}

/** Where the container adds capabilities that are not among the allowed ones. */
export function forbiddenAdditions(
  reviewed: ReviewedContainer,
  allowed: ReadonlySet<string>,
): readonly FieldPath[] {
  const fields: FieldPath[] = [];
  for (const [index, capability] of (reviewed.container.securityContext?.capabilities?.add ?? []).entries())
    if (!allowed.has(capability)) fields.push(securityField(reviewed, 'capabilities', 'add', index));
  return fields;
}

/** What to say of containers that add capabilities beyond the allowed ones. */
export function describeAdditions(
  bad: readonly ReviewedContainer[],
  allowed: ReadonlySet<string>,
): { readonly detail: string; readonly advice: string } {
  const added = bad.flatMap(({ container }) => container.securityContext?.capabilities?.add ?? []);
  const who = containersPhrase(bad);
  const names = joinQuote(sortedSet(added.filter((capability) => !allowed.has(capability))));
  return {
    detail: `${who} must not include ${names} in securityContext.capabilities.add`,
    advice: `remove ${names} from securityContext.capabilities.add in ${who}`,
  };
}

/** Nothing beyond the default set may be added, and NET_RAW not even though it is in that set. */
const review: Review = (pod) => {
  const bad = offenders(pod, (container) => addsForbidden(container, ALLOWED));
  if (bad.length === 0) return undefined;
  return {
    reason: 'non-default capabilities',
    ...describeAdditions(bad, ALLOWED),
    fields: bad.flatMap((container) => forbiddenAdditions(container, ALLOWED)),
  };
};

export const capabilitiesBaseline: Check = {
  id: 'capabilities_baseline',
  level: 'baseline',
  title: 'Capabilities',
  description: 'Containers add no capability beyond the default set without NET_RAW.',
  restricts: [
    { fields: ofContainers('securityContext.capabilities.add[*]'), allowed: ['left out', ...ALLOWED] },
  ],
  remedy: 'Remove other names than these from `securityContext.capabilities.add`.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
