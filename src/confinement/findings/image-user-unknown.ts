import { runAsUserPath } from '../user-advice.ts';
import type { ContainerFound, FindingSubject } from './subject.ts';

/** `runAsNonRoot` without `runAsUser` is judged by the image, and the image is not at hand. */
export function imageUserUnknown({ input, context }: FindingSubject): ContainerFound | undefined {
  const { runAsNonRoot, runAsUser } = context;
  if (input.image !== undefined || runAsUser !== undefined || runAsNonRoot?.value !== true) return undefined;
  return {
    severity: 'warning',
    code: 'image-user-unknown',
    message: 'whether runAsNonRoot lets it start depends on the USER of the image, which is not at hand',
    path: runAsUserPath(input, context),
    advice: 'write runAsUser with a number, or let podproof read the image (--images pull)',
  };
}
