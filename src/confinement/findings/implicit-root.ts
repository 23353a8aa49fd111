import type { ContainerFound, FindingSubject } from './subject.ts';

/** Root because nobody said otherwise, which few mean. */
export function implicitRoot({ input, context, confinement }: FindingSubject): ContainerFound | undefined {
  const isImplicit = context.runAsUser === undefined && confinement.user.value.uid === 0;
  if (!isImplicit || context.privileged.value) return undefined;
  const path = [...input.container.path, 'securityContext', 'runAsUser'];
  if (input.image === undefined)
    return {
      severity: 'note',
      code: 'implicit-root',
      message:
        'taken for root: the manifest sets no runAsUser, and the image is not at hand to say otherwise',
      path,
    };
  return {
    severity: 'warning',
    code: 'implicit-root',
    message: 'runs as root: the manifest sets no runAsUser and the image no other user',
    path,
    advice: 'write runAsNonRoot: true and a runAsUser other than 0',
  };
}
