import type { FieldPath } from '../../core/field-path.ts';
import type { SELinuxOptions } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { podSecurityField, type ReviewedContainer, securityField } from '../reviewed-pod.ts';
import { joinQuote, pluralize, settersPhrase, sortedSet } from '../wording.ts';

/**
 * Only the SELinux types made for containers, and no user or role of one's own.
 *
 * Fields: `securityContext.seLinuxOptions.{type,user,role}` of the pod and of every container. Allowed: left out or
 * empty; for `type` also those below.
 */
const TYPES_V1_0: ReadonlySet<string> = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t']);
const TYPES_V1_31: ReadonlySet<string> = new Set([...TYPES_V1_0, 'container_engine_t']);

type Option = 'type' | 'user' | 'role';

function forbiddenOptions(
  options: SELinuxOptions | undefined,
  types: ReadonlySet<string>,
): readonly Option[] {
  const forbidden: Option[] = [];
  if (!types.has(options?.type ?? '')) forbidden.push('type');
  if ((options?.user ?? '') !== '') forbidden.push('user');
  if ((options?.role ?? '') !== '') forbidden.push('role');
  return forbidden;
}

function reviewAllowing(types: ReadonlySet<string>): Review {
  return (pod) => {
    const badTypes: string[] = [];
    const badOptions = new Set<Option>();
    const fields: FieldPath[] = [];
    const judge = (
      options: SELinuxOptions | undefined,
      fieldOf: (...steps: FieldPath) => FieldPath,
    ): boolean => {
      const forbidden = forbiddenOptions(options, types);
      for (const option of forbidden) {
        badOptions.add(option);
        fields.push(fieldOf('seLinuxOptions', option));
        if (option === 'type') badTypes.push(options?.type ?? '');
      }
      return forbidden.length > 0;
    };

    const byPod = judge(pod.spec.securityContext?.seLinuxOptions, podSecurityField);
    const bad = pod.containers.filter((container: ReviewedContainer) =>
      judge(container.securityContext?.seLinuxOptions, (...steps) => securityField(container, ...steps)),
    );
    if (!byPod && bad.length === 0) return undefined;

    const what: string[] = [];
    const names = sortedSet(badTypes);
    if (badOptions.has('type')) what.push(`${pluralize('type', 'types', names.length)} ${joinQuote(names)}`);
    if (badOptions.has('user')) what.push('user may not be set');
    if (badOptions.has('role')) what.push('role may not be set');
    return {
      reason: 'seLinuxOptions',
      detail: `${settersPhrase(byPod, bad)} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`,
      fields,
    };
  };
}

export const seLinuxOptions: Check = {
  id: 'seLinuxOptions',
  level: 'baseline',
  description: 'SELinux types are those made for containers; user and role are not set.',
  versions: [
    { minimumVersion: 'v1.0', review: reviewAllowing(TYPES_V1_0) },
    { minimumVersion: 'v1.31', review: reviewAllowing(TYPES_V1_31) },
  ],
};
