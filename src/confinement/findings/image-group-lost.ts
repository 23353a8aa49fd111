import { imageGroup } from '../../image/user.ts';
import type { ContainerFound, FindingSubject } from './subject.ts';

/** `docker run` uses the group of `USER 1000:2000`; the kubelet never learns of it. */
export function imageGroupLost({ input, context, confinement }: FindingSubject): ContainerFound | undefined {
  const user = input.image?.config.config.User ?? '';
  const group = imageGroup(user);
  if (group === undefined || context.runAsGroup !== undefined || context.runAsUser !== undefined)
    return undefined;
  const { gid } = confinement.user.value;
  if (gid !== null && group === String(gid)) return undefined;
  const found = gid === null ? "the user's group in the image's /etc/passwd" : `group ${gid}`;
  return {
    severity: 'warning',
    code: 'image-group-lost',
    message: `the group of the image's USER ${user} does not count in Kubernetes: the process runs with ${found}`,
    path: [...input.container.path, 'securityContext', 'runAsGroup'],
    advice: /^\d+$/.test(group) ? `write runAsGroup: ${group}` : `write runAsGroup with the gid of ${group}`,
  };
}
