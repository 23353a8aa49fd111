import type { Finding } from '../core/finding.ts';
import type { Where } from '../core/treatment.ts';
import type { Pod } from '../kube/pod.ts';
import { fieldFindings } from './fields-not-carried-out.ts';

type PodFinding = (pod: Pod, where: Where) => readonly Finding[];

/** The kubelet changes the group of volumes that it manages; a directory of the host is left as it is. */
function fsGroupOnHostPath({ spec }: Pod): readonly Finding[] {
  const fsGroup = spec.securityContext?.fsGroup;
  if (fsGroup === undefined) return [];
  return (spec.volumes ?? []).flatMap((volume, index): readonly Finding[] =>
    volume.hostPath === undefined
      ? []
      : [
          {
            severity: 'warning',
            code: 'fs-group-on-host-path',
            message: `fsGroup ${fsGroup} is not applied to volume "${volume.name}": the kubelet leaves a hostPath as it is`,
            path: ['spec', 'volumes', index, 'hostPath'],
            advice: `give ${volume.hostPath.path} to group ${fsGroup} on the node, or use a persistentVolumeClaim`,
          },
        ],
  );
}

const seccompAnnotation = /^(?:container\.)?seccomp\.security\.alpha\.kubernetes\.io\//;

/** Kubernetes 1.27 took the old annotations away, without an error for those who still write them. */
function seccompAnnotationIgnored({ metadata }: Pod): readonly Finding[] {
  return Object.keys(metadata.annotations ?? {})
    .filter((key) => seccompAnnotation.test(key))
    .map((key) => ({
      severity: 'warning',
      code: 'seccomp-annotation-ignored',
      message: `annotation ${key} has no effect since Kubernetes 1.27`,
      path: ['metadata', 'annotations', key],
      advice: 'write securityContext.seccompProfile',
    }));
}

/** In the order in which they are shown. */
const findings: readonly PodFinding[] = Object.freeze([
  fsGroupOnHostPath,
  seccompAnnotationIgnored,
  fieldFindings,
]);

/** Everything worth telling about the pod as a whole, fields that podproof does not carry out included. */
export function podFindings(pod: Pod, where: Where): readonly Finding[] {
  const told: Finding[] = [];
  for (const finding of findings) told.push(...finding(pod, where));
  return told;
}
