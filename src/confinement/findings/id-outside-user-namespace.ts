import { type ContainerFound, type FindingSubject, pathOf } from './subject.ts';

/** A user namespace of 65536 ids has no place for a larger one: the process cannot take it. */
export function idOutsideUserNamespace(subject: FindingSubject): ContainerFound | undefined {
  const { user, userOrigins, namespaces } = subject.confinement;
  const namespace = namespaces.user.value;
  if (namespace.mode !== 'pod') return undefined;
  const { uid, gid, groups } = user.value;
  const isOutside = (id: number | null): id is number => id !== null && id >= namespace.size;
  const outside = [uid, gid, ...groups].filter(isOutside);
  if (outside.length === 0) return undefined;
  const origin = isOutside(uid) ? userOrigins.uid : isOutside(gid) ? userOrigins.gid : userOrigins.groups;
  return {
    severity: 'warning',
    code: 'id-outside-user-namespace',
    message: `with hostUsers: false a pod has the ids 0 to ${namespace.size - 1}: it cannot run with ${[...new Set(outside)].join(', ')}`,
    path: pathOf(origin, subject, 'runAsUser'),
    advice: `use ids below ${namespace.size}`,
  };
}
