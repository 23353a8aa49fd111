import { volumeMounts } from '../volume-mounts.ts';
import { type ContainerFound, type FindingSubject, pathOf } from './subject.ts';

/** Most programs write somewhere: a pid file, a cache, /tmp. Kubernetes adds no tmpfs by itself. */
export function readOnlyRootWithoutVolume(subject: FindingSubject): ContainerFound | undefined {
  const { confinement, input } = subject;
  if (!confinement.rootFilesystem.value.readOnly || confinement.privileged.value) return undefined;
  if (volumeMounts(input).some(({ readOnly }) => !readOnly)) return undefined;
  return {
    severity: 'note',
    code: 'read-only-root-without-volume',
    message:
      'the root is read-only and no writable volume is mounted: writing fails everywhere, /tmp included',
    path: pathOf(confinement.rootFilesystem.from, subject, 'readOnlyRootFilesystem'),
    advice: 'mount an emptyDir where the program writes (podproof prove shows where)',
  };
}
