import type { ContainerFound, FindingSubject } from './subject.ts';

/** Root because nobody said otherwise, which few mean. Of an image that is not at hand nothing is said here. */
export function implicitRoot({ input, context, confinement }: FindingSubject): ContainerFound | undefined {
  const isImplicit = context.runAsUser === undefined && confinement.user.value.uid === 0;
  if (!isImplicit || input.image === undefined || context.privileged.value) return undefined;
  return {
    severity: 'warning',
    code: 'implicit-root',
    message: 'runs as root: the manifest sets no runAsUser and the image no other user',
    path: [...input.container.path, 'securityContext', 'runAsUser'],
    advice: 'write runAsNonRoot: true and a runAsUser other than 0',
  };
}
