import type { SELinuxOptions } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { ofPodAndContainers } from '../restricted-fields.ts';
import { offenders, podSecurityField, securityField } from '../reviewed-pod.ts';
import { joinQuote, pluralize, settersPhrase, sortedSet } from '../wording.ts';

/** The SELinux types that are made for containers. */
const TYPES_V1_0: ReadonlySet<string> = new Set(['container_t', 'container_init_t', 'container_kvm_t']);
const TYPES_V1_31: ReadonlySet<string> = new Set([...TYPES_V1_0, 'container_engine_t']);

type Option = 'type' | 'user' | 'role';

function isForbidden(options: SELinuxOptions, option: Option, types: ReadonlySet<string>): boolean {
  const value = options[option] ?? '';
  return value !== '' && (option !== 'type' || !types.has(value));
}

function forbiddenOptions(
  options: SELinuxOptions | undefined,
  types: ReadonlySet<string>,
): readonly Option[] {
  if (options === undefined || options === null) return [];
  return OPTIONS.filter((option) => isForbidden(options, option, types));
}

const OPTIONS: readonly Option[] = ['type', 'user', 'role'];

/** Only the SELinux types made for containers, and no user or role of one's own. */
function reviewAllowing(types: ReadonlySet<string>): Review {
  const offends = (options: SELinuxOptions | undefined): boolean =>
    options !== undefined && forbiddenOptions(options, types).length > 0;

  return (pod) => {
    const podOptions = pod.securityContext?.seLinuxOptions;
    const byPod = offends(podOptions);
    const bad = offenders(pod, ({ securityContext }) => offends(securityContext?.seLinuxOptions));
    if (!byPod && bad.length === 0) return undefined;

    const setters = [
      ...(byPod ? [{ options: podOptions, fieldOf: podSecurityField }] : []),
      ...bad.map((reviewed) => ({
        options: reviewed.container.securityContext?.seLinuxOptions,
        fieldOf: (...steps: readonly string[]) => securityField(reviewed, ...steps),
      })),
    ].map((setter) => ({ ...setter, forbidden: forbiddenOptions(setter.options, types) }));
    const found = OPTIONS.filter((option) => setters.some(({ forbidden }) => forbidden.includes(option)));
    const badTypes = sortedSet(
      setters.flatMap(({ options, forbidden }) => (forbidden.includes('type') ? [options?.type ?? ''] : [])),
    );
    const what = found.map((option) =>
      option === 'type'
        ? `${pluralize('type', 'types', badTypes.length)} ${joinQuote(badTypes)}`
        : `${option} may not be set`,
    );
    const who = settersPhrase(byPod, bad);
    return {
      reason: 'seLinuxOptions',
      detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`,
      advice: `remove ${found.join(', ')} from securityContext.seLinuxOptions in ${who}`,
      fields: setters.flatMap(({ fieldOf, forbidden }) =>
        forbidden.map((option) => fieldOf('seLinuxOptions', option)),
      ),
    };
  };
}

export const seLinuxOptions: Check = {
  id: 'seLinuxOptions',
  level: 'baseline',
  title: 'SELinux',
  description: 'SELinux types are those made for containers; user and role are not set.',
  restricts: [
    {
      fields: ofPodAndContainers('securityContext.seLinuxOptions.type'),
      allowed: ['left out', 'empty', ...TYPES_V1_0, 'container_engine_t from v1.31 on'],
    },
    {
      fields: ofPodAndContainers(
        'securityContext.seLinuxOptions.user',
        'securityContext.seLinuxOptions.role',
      ),
      allowed: ['left out', 'empty'],
    },
  ],
  remedy: 'Remove `user` and `role` from `securityContext.seLinuxOptions`, and other types than these.',
  versions: [
    { minimumVersion: 'v1.0', review: reviewAllowing(TYPES_V1_0) },
    {
      minimumVersion: 'v1.31',
      change: 'type may be container_engine_t',
      review: reviewAllowing(TYPES_V1_31),
    },
  ],
};
