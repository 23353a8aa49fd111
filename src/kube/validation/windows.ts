import type { PodSpec } from '../pod.ts';
import { eachContainer } from './each-container.ts';
import type { FieldErrors } from './field-errors.ts';
import { type Place, SPEC } from './place.ts';

/** `spec.os` says which fields a pod may have. */
export function validateOs(errors: FieldErrors, spec: PodSpec): void {
  if (spec.os === undefined) return;
  const { name } = spec.os;
  if (name === '') errors.required(SPEC.at('os').at('name'));
  else if (name === 'linux') checkLinux(errors, spec);
  else if (name === 'windows') checkWindows(errors, spec);
  else errors.notSupported(SPEC.at('os'), name, ['linux', 'windows']);
}

function checkLinux(errors: FieldErrors, spec: PodSpec): void {
  const detail = 'windows options cannot be set for a linux pod';
  if (spec.securityContext?.windowsOptions !== undefined) {
    errors.forbidden(SPEC.at('securityContext').at('windowsOptions'), detail);
  }
  eachContainer(spec, ({ securityContext }, place) => {
    if (securityContext?.windowsOptions === undefined) return;
    errors.forbidden(place.at('securityContext').at('windowsOptions'), detail);
  });
}

const LINUX_SPEC_FIELDS = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const;
const LINUX_POD_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const;
const LINUX_CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

function checkWindows(errors: FieldErrors, spec: PodSpec): void {
  forbidSet(errors, spec, LINUX_SPEC_FIELDS, SPEC);
  forbidSet(errors, spec.securityContext ?? {}, LINUX_POD_FIELDS, SPEC.at('securityContext'));
  eachContainer(spec, ({ securityContext = {} }, place) => {
    forbidSet(errors, securityContext, LINUX_CONTAINER_FIELDS, place.at('securityContext'));
  });
}

function forbidSet<K extends string>(
  errors: FieldErrors,
  value: { readonly [F in K]?: unknown },
  fields: readonly K[],
  place: Place,
): void {
  for (const field of fields) {
    if (value[field] !== undefined) errors.forbidden(place.at(field), 'cannot be set for a windows pod');
  }
}
