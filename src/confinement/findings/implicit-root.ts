import type { Finding } from '../../core/finding.ts';
import type { FindingSubject } from './subject.ts';

/** Root because nobody said otherwise, which few mean. */
export function implicitRoot({ input, context, confinement }: FindingSubject): readonly Finding[] {
  const isImplicit = context.runAsUser === undefined && confinement.user.value.uid === 0;
  if (!isImplicit || context.privileged.value) return [];
  const { container, path } = input.container;
  const isUnknown = input.image === undefined;
  return [
    {
      severity: isUnknown ? 'note' : 'warning',
      code: 'implicit-root',
      message: isUnknown
        ? 'runs as root unless the image says otherwise: neither runAsUser nor the image is known'
        : 'runs as root: the manifest sets no runAsUser and the image no other user',
      path: [...path, 'securityContext', 'runAsUser'],
      container: container.name,
      advice: 'write runAsNonRoot: true and a runAsUser other than 0',
    },
  ];
}
