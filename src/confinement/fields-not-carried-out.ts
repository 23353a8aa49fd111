import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import { type FieldRow, rowsOf } from '../core/field-rows.ts';
import { type FieldTree, fieldTree, untreatedFields } from '../core/field-tree.ts';
import type { Finding } from '../core/finding.ts';
import type { Where } from '../core/treatment.ts';
import type { EnvVar, EphemeralContainer, Pod, PodSpec } from '../kube/pod.ts';
import type { ProjectedVolumeSource, VolumeSource } from '../kube/volume.ts';
import {
  containerTreatments,
  envSourceTreatments,
  resourceTreatments,
  storageLimit,
  volumeMountTreatments,
} from './fields/container.ts';
import { lifecycleHandlerTreatments, lifecycleTreatments, probeTreatments } from './fields/handlers.ts';
import { podSpecTreatments } from './fields/pod-spec.ts';
import { podSecurityContextTreatments, securityContextTreatments } from './fields/security-context.ts';
import { emptyDirTreatments, projectionTreatments, volumeTreatments } from './fields/volume.ts';

/** Every field of a pod that podproof knows, by type, with what becomes of it. */
export function fieldTable(): readonly FieldRow[] {
  return [
    ...rowsOf('PodSpec', podSpecTreatments),
    ...rowsOf('PodSecurityContext', podSecurityContextTreatments),
    ...rowsOf('Container', containerTreatments),
    ...rowsOf('SecurityContext', securityContextTreatments),
    ...rowsOf('ResourceRequirements', resourceTreatments),
    ...rowsOf('Probe', probeTreatments),
    ...rowsOf('Lifecycle', lifecycleTreatments),
    ...rowsOf('LifecycleHandler', lifecycleHandlerTreatments),
    ...rowsOf('VolumeMount', volumeMountTreatments),
    ...rowsOf('EnvVarSource', envSourceTreatments),
    ...rowsOf('Volume', volumeTreatments),
    ...rowsOf('EmptyDirVolumeSource', emptyDirTreatments),
    ...rowsOf('VolumeProjection', projectionTreatments),
  ];
}

/** A field that the pod uses and that podproof does not carry out. */
export interface FieldNotCarriedOut {
  readonly path: FieldPath;
  /** `refused`: for its sake the pod cannot be run here. */
  readonly how: 'warned' | 'refused';
  readonly severity: Finding['severity'];
  readonly reason: string;
  /** `spec.volumes[0].nfs: this kind of volume needs a driver or a cluster`. */
  readonly message: string;
}

/** All such fields of a pod, for one that is run `alone` (`check`, `prove`, `run`) or by a `node` with an API. */
export function fieldsNotCarriedOut({ spec }: Pod, where: Where): readonly FieldNotCarriedOut[] {
  const fields: FieldNotCarriedOut[] = [];
  for (const { path, treatment } of untreatedFields(spec, podSpecTrees[where], ['spec'])) {
    const { how, reason } = treatment;
    const severity = how === 'warned' ? treatment.severity : 'warning';
    fields.push({ path, how, severity, reason, message: `${formatFieldPath(path)}: ${reason}` });
  }
  return fields;
}

/** Fields that the pod uses and that have no effect. */
export function fieldFindings(pod: Pod, where: Where): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { how, path, severity, reason } of fieldsNotCarriedOut(pod, where)) {
    if (how !== 'warned') continue;
    const message = `${String(path.at(-1) ?? '')} is not carried out: ${reason}`;
    findings.push({ severity, code: 'field-not-carried-out', message, path });
  }
  return findings;
}

/** Fields that the pod uses and that podproof refuses to run without; empty when it can be run. */
export function fieldRefusals(pod: Pod, where: Where): readonly FieldNotCarriedOut[] {
  return fieldsNotCarriedOut(pod, where).filter(({ how }) => how === 'refused');
}

const podSpecTrees: Readonly<Record<Where, FieldTree>> = Object.freeze({
  alone: podSpecTree('alone'),
  node: podSpecTree('node'),
});

function podSpecTree(where: Where): FieldTree {
  const resources = fieldTree(where, [resourceTreatments, storageLimit]);
  const container = containerTree(where, resources);
  return fieldTree<PodSpec>(where, [podSpecTreatments], {
    securityContext: fieldTree(where, [podSecurityContextTreatments]),
    resources: fieldTree(where, [resourceTreatments]),
    volumes: fieldTree<VolumeSource>(where, [volumeTreatments], {
      emptyDir: fieldTree(where, [emptyDirTreatments]),
      projected: fieldTree<ProjectedVolumeSource>(where, [], {
        sources: fieldTree(where, [projectionTreatments]),
      }),
    }),
    containers: container,
    initContainers: container,
    ephemeralContainers: container,
  });
}

function containerTree(where: Where, resources: FieldTree): FieldTree {
  const probe = fieldTree(where, [probeTreatments]);
  const handler = fieldTree(where, [lifecycleHandlerTreatments]);
  return fieldTree<EphemeralContainer>(where, [containerTreatments], {
    securityContext: fieldTree(where, [securityContextTreatments]),
    resources,
    startupProbe: probe,
    livenessProbe: probe,
    readinessProbe: probe,
    lifecycle: fieldTree(where, [lifecycleTreatments], { postStart: handler, preStop: handler }),
    volumeMounts: fieldTree(where, [volumeMountTreatments]),
    env: fieldTree<EnvVar>(where, [], { valueFrom: fieldTree(where, [envSourceTreatments]) }),
  });
}
