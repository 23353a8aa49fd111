import { adviseUser, runAsUserPath } from '../user-advice.ts';
import type { ContainerFound, FindingSubject } from './subject.ts';

/**
 * Root because nobody said otherwise, which few mean. Of an image that is not at hand nothing is said here, nor of a
 * container that is refused for it. In a user namespace root is nobody outside: that is only worth a note.
 */
export function implicitRoot({ input, context, confinement }: FindingSubject): ContainerFound | undefined {
  const isImplicit = context.runAsUser === undefined && confinement.user.value.uid === 0;
  if (!isImplicit || input.image === undefined || context.privileged.value) return undefined;
  if (context.runAsNonRoot?.value === true) return undefined;
  if (confinement.namespaces.user.value.mode === 'pod') {
    const message = 'runs as root of its user namespace, which is nobody outside of it';
    return { severity: 'note', code: 'implicit-root', message, path: runAsUserPath(input, context) };
  }
  return {
    severity: 'warning',
    code: 'implicit-root',
    message: 'runs as root: the manifest sets no runAsUser and the image no other user',
    ...adviseUser(input, context),
  };
}
