import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import type { Finding } from '../core/finding.ts';
import type { Pod } from '../kube/pod.ts';
import { containersOf } from './containers.ts';
import {
  containerTreatments,
  envSourceTreatments,
  resourceTreatments,
  storageLimit,
  volumeMountTreatments,
} from './fields/container.ts';
import { podSpecTreatments } from './fields/pod-spec.ts';
import { podSecurityContextTreatments, securityContextTreatments } from './fields/security-context.ts';
import type { Treatment, Treatments } from './fields/treatment.ts';
import { emptyDirTreatments, projectionTreatments, volumeTreatments } from './fields/volume.ts';

/** One row of docs/conformance.md. */
export interface FieldRow {
  /** Upstream's type: `PodSpec`. */
  readonly type: string;
  readonly field: string;
  readonly how: Treatment<unknown>['how'];
  /** Why not, or where not; empty where there is nothing to say. */
  readonly reason: string;
  /** Files that show it, from the project's root. */
  readonly tests: readonly string[];
}

/** Every field of a pod that podproof knows, by type, with what becomes of it. */
export function fieldTable(): readonly FieldRow[] {
  return [
    ...rowsOf('PodSpec', podSpecTreatments),
    ...rowsOf('PodSecurityContext', podSecurityContextTreatments),
    ...rowsOf('Container', containerTreatments),
    ...rowsOf('SecurityContext', securityContextTreatments),
    ...rowsOf('ResourceRequirements', resourceTreatments),
    ...rowsOf('VolumeMount', volumeMountTreatments),
    ...rowsOf('EnvVarSource', envSourceTreatments),
    ...rowsOf('Volume', volumeTreatments),
    ...rowsOf('EmptyDirVolumeSource', emptyDirTreatments),
    ...rowsOf('VolumeProjection', projectionTreatments),
  ];
}

/** Fields that the pod uses and that have no effect here. */
export function fieldFindings(pod: Pod): readonly Finding[] {
  return usedFields(pod).flatMap(({ path, treatment }): readonly Finding[] =>
    treatment.how === 'warned'
      ? [
          {
            severity: treatment.severity,
            code: 'field-not-carried-out',
            message: `${fieldName(path)} ${treatment.reason}`,
            path,
          },
        ]
      : [],
  );
}

/** A field for whose sake the pod cannot be run here. */
export interface FieldRefusal {
  readonly path: FieldPath;
  /** `spec.volumes[0].nfs: this kind of volume needs a driver or a cluster`. */
  readonly message: string;
}

/** Fields that the pod uses and that podproof refuses to run without; empty when it can be run. */
export function fieldRefusals(pod: Pod): readonly FieldRefusal[] {
  return usedFields(pod).flatMap(({ path, treatment }) =>
    treatment.how === 'refused' ? [{ path, message: `${formatFieldPath(path)}: ${treatment.reason}` }] : [],
  );
}

interface UsedField {
  readonly path: FieldPath;
  readonly treatment: Treatment<never>;
}

/** Every field of the pod that is set, with its treatment; those whose treatment does not concern the value are left out. */
function usedFields(pod: Pod): readonly UsedField[] {
  const { spec } = pod;
  return [
    ...used(spec, podSpecTreatments, ['spec']),
    ...used(spec.securityContext, podSecurityContextTreatments, ['spec', 'securityContext']),
    ...used(spec.resources, resourceTreatments, ['spec', 'resources']),
    ...usedByVolumes(pod),
    ...containersOf(pod).flatMap(({ container, path }) => [
      ...used(container, containerTreatments, path),
      ...used(container.securityContext, securityContextTreatments, [...path, 'securityContext']),
      ...used(container.resources, resourceTreatments, [...path, 'resources']),
      ...used(container.resources, storageLimit, [...path, 'resources']),
      ...(container.volumeMounts ?? []).flatMap((mount, index) =>
        used(mount, volumeMountTreatments, [...path, 'volumeMounts', index]),
      ),
      ...(container.env ?? []).flatMap(({ valueFrom }, index) =>
        used(valueFrom, envSourceTreatments, [...path, 'env', index, 'valueFrom']),
      ),
    ]),
  ];
}

function usedByVolumes({ spec }: Pod): readonly UsedField[] {
  return (spec.volumes ?? []).flatMap((volume, index) => {
    const path: FieldPath = ['spec', 'volumes', index];
    return [
      ...used(volume, volumeTreatments, path),
      ...used(volume.emptyDir, emptyDirTreatments, [...path, 'emptyDir']),
      ...(volume.projected?.sources ?? []).flatMap((source, position) =>
        used(source, projectionTreatments, [...path, 'projected', 'sources', position]),
      ),
    ];
  });
}

function used<T extends object>(
  value: T | undefined,
  treatments: Treatments<T>,
  path: FieldPath,
): readonly UsedField[] {
  if (value === undefined) return [];
  return keysOf(treatments).flatMap((field) => usedField(value, field, treatments, path));
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- Field ties the value to its own treatment
function usedField<T extends object, Field extends keyof T & string>(
  value: T,
  field: Field,
  treatments: Treatments<T>,
  path: FieldPath,
): readonly UsedField[] {
  const own = value[field];
  const treatment: Treatment<NonNullable<T[Field]>> = treatments[field];
  if (own === undefined || own === null || isEmpty(own)) return [];
  const concerns = treatment.how === 'carried-out' || treatment.when === undefined || treatment.when(own);
  return concerns ? [{ path: [...path, field], treatment }] : [];
}

/** A list without elements asks for nothing. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function keysOf<T>(treatments: Treatments<T>): readonly (keyof T & string)[] {
  return Object.keys(treatments).filter((key): key is keyof T & string => key in treatments);
}

function rowsOf<T>(type: string, treatments: Treatments<T>): readonly FieldRow[] {
  return keysOf(treatments).map((field) => {
    const treatment: Treatment<never> = treatments[field];
    const reason = treatment.how === 'carried-out' ? treatment.note : treatment.reason;
    const tests = treatment.how === 'warned' ? [] : treatment.tests;
    return { type, field, how: treatment.how, reason: reason ?? '', tests: tests ?? [] };
  });
}

function fieldName(path: FieldPath): string {
  return String(path.at(-1) ?? '');
}
