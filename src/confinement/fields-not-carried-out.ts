import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import { type FieldRow, rowsOf } from '../core/field-rows.ts';
import type { Finding } from '../core/finding.ts';
import type { Where } from '../core/treatment.ts';
import { type UsedField, usedFields } from '../core/used-fields.ts';
import type { EphemeralContainer, Pod } from '../kube/pod.ts';
import { containersOf } from './containers.ts';
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
export function fieldsNotCarriedOut(pod: Pod, where: Where): readonly FieldNotCarriedOut[] {
  return fieldsOfPod(pod, where).flatMap(({ path, treatment }): readonly FieldNotCarriedOut[] => {
    if (treatment.how === 'carried-out') return [];
    const { how, reason } = treatment;
    const severity = treatment.how === 'warned' ? treatment.severity : 'warning';
    return [{ path, how, severity, reason, message: `${formatFieldPath(path)}: ${reason}` }];
  });
}

/** Fields that the pod uses and that have no effect. */
export function fieldFindings(pod: Pod, where: Where): readonly Finding[] {
  return fieldsNotCarriedOut(pod, where)
    .filter(({ how }) => how === 'warned')
    .map(({ path, severity, reason }) => ({
      severity,
      code: 'field-not-carried-out',
      message: `${String(path.at(-1) ?? '')} is not carried out: ${reason}`,
      path,
    }));
}

/** Fields that the pod uses and that podproof refuses to run without; empty when it can be run. */
export function fieldRefusals(pod: Pod, where: Where): readonly FieldNotCarriedOut[] {
  return fieldsNotCarriedOut(pod, where).filter(({ how }) => how === 'refused');
}

/** Every field of the pod that is set, with its treatment. */
function fieldsOfPod(pod: Pod, where: Where): readonly UsedField[] {
  const { spec } = pod;
  return [
    ...usedFields(spec, podSpecTreatments, ['spec'], where),
    ...usedFields(spec.securityContext, podSecurityContextTreatments, ['spec', 'securityContext'], where),
    ...usedFields(spec.resources, resourceTreatments, ['spec', 'resources'], where),
    ...fieldsOfVolumes(pod, where),
    ...containersOf(pod).flatMap(({ container, path }) => fieldsOfContainer(container, path, where)),
  ];
}

function fieldsOfContainer(
  container: EphemeralContainer,
  path: FieldPath,
  where: Where,
): readonly UsedField[] {
  const { resources, securityContext, volumeMounts = [], env = [] } = container;
  const resourcesPath = [...path, 'resources'];
  return [
    ...usedFields(container, containerTreatments, path, where),
    ...usedFields(securityContext, securityContextTreatments, [...path, 'securityContext'], where),
    ...usedFields(resources, resourceTreatments, resourcesPath, where),
    ...usedFields(resources, storageLimit, resourcesPath, where),
    ...fieldsOfHandlers(container, path, where),
    ...volumeMounts.flatMap((mount, index) =>
      usedFields(mount, volumeMountTreatments, [...path, 'volumeMounts', index], where),
    ),
    ...env.flatMap(({ valueFrom }, index) =>
      usedFields(valueFrom, envSourceTreatments, [...path, 'env', index, 'valueFrom'], where),
    ),
  ];
}

function fieldsOfHandlers(
  container: EphemeralContainer,
  path: FieldPath,
  where: Where,
): readonly UsedField[] {
  const { lifecycle } = container;
  const lifecyclePath = [...path, 'lifecycle'];
  return [
    ...(['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((name) =>
      usedFields(container[name], probeTreatments, [...path, name], where),
    ),
    ...usedFields(lifecycle, lifecycleTreatments, lifecyclePath, where),
    ...(['postStart', 'preStop'] as const).flatMap((name) =>
      usedFields(lifecycle?.[name], lifecycleHandlerTreatments, [...lifecyclePath, name], where),
    ),
  ];
}

function fieldsOfVolumes({ spec }: Pod, where: Where): readonly UsedField[] {
  return (spec.volumes ?? []).flatMap((volume, index) => {
    const path: FieldPath = ['spec', 'volumes', index];
    return [
      ...usedFields(volume, volumeTreatments, path, where),
      ...usedFields(volume.emptyDir, emptyDirTreatments, [...path, 'emptyDir'], where),
      ...(volume.projected?.sources ?? []).flatMap((source, position) =>
        usedFields(source, projectionTreatments, [...path, 'projected', 'sources', position], where),
      ),
    ];
  });
}
