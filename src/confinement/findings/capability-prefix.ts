import type { Finding } from '../../core/finding.ts';
import { CAPABILITIES } from '../capability.ts';
import type { FindingSubject } from './subject.ts';

/** containerd puts CAP_ before what is written, so that `CAP_NET_ADMIN` names nothing and is dropped without a word. */
export function capabilityPrefix({ input, context }: FindingSubject): readonly Finding[] {
  const asked = context.capabilities;
  if (asked === undefined || asked.from.kind !== 'manifest') return [];
  if (context.privileged.value || input.platform.profile !== 'containerd') return [];
  const { path } = asked.from;
  const { container } = input.container;
  return (['add', 'drop'] as const).flatMap((verb) =>
    (asked.value[verb] ?? []).flatMap((name, index): readonly Finding[] => {
      const bare = name.toUpperCase().replace(/^CAP_/, '');
      const isKnown = CAPABILITIES.some((capability) => capability === bare);
      if (!/^cap_/i.test(name) || !isKnown) return [];
      return [
        {
          severity: 'warning',
          code: 'capability-prefix',
          message: `containerd reads "${name}" as CAP_CAP_${bare} and ${verb}s nothing`,
          path: [...path, verb, index],
          container: container.name,
          advice: `write ${bare}`,
        },
      ];
    }),
  );
}
