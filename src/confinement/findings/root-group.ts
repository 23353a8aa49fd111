import type { ContainerFound, FindingSubject } from './subject.ts';

/** A uid that the image does not know gets group 0, which owns many files of an image. */
export function rootGroup({ input, context, confinement }: FindingSubject): ContainerFound | undefined {
  const { uid, gid } = confinement.user.value;
  if (uid === null || uid === 0 || gid !== 0 || context.runAsGroup !== undefined) return undefined;
  return {
    severity: 'note',
    code: 'root-group',
    message: `user ${uid} runs with group 0 (root): runAsGroup is not set and the image's passwd gives no other`,
    path: [...input.container.path, 'securityContext', 'runAsGroup'],
    advice: `write runAsGroup: ${uid}, unless the image is made for group 0`,
  };
}
