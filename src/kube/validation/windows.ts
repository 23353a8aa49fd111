import type { FieldPath } from '../../core/field-path.ts';
import { forbidden, notSupported, required } from '../field-error.ts';
import type { PodSpec } from '../pod.ts';
import { allContainers } from './all-containers.ts';
import type { Errors } from './rules.ts';

/** `spec.os` says which fields a pod may have. */
export function* validateOs(spec: PodSpec): Errors {
  if (spec.os === undefined) return;
  const { name } = spec.os;
  if (name === '') yield required(['spec', 'os', 'name']);
  else if (name === 'linux') yield* checkLinux(spec);
  else if (name === 'windows') yield* checkWindows(spec);
  else yield notSupported(['spec', 'os'], name, ['linux', 'windows']);
}

function* checkLinux(spec: PodSpec): Errors {
  const detail = 'windows options cannot be set for a linux pod';
  if (spec.securityContext?.windowsOptions !== undefined) {
    yield forbidden(['spec', 'securityContext', 'windowsOptions'], detail);
  }
  for (const { container, path } of allContainers(spec)) {
    if (container.securityContext?.windowsOptions === undefined) continue;
    yield forbidden([...path, 'securityContext', 'windowsOptions'], detail);
  }
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

function* checkWindows(spec: PodSpec): Errors {
  yield* forbidSet(spec, LINUX_SPEC_FIELDS, ['spec']);
  yield* forbidSet(spec.securityContext ?? {}, LINUX_POD_FIELDS, ['spec', 'securityContext']);
  for (const { container, path } of allContainers(spec)) {
    yield* forbidSet(container.securityContext ?? {}, LINUX_CONTAINER_FIELDS, [...path, 'securityContext']);
  }
}

function* forbidSet<K extends string>(
  value: { readonly [F in K]?: unknown },
  fields: readonly K[],
  path: FieldPath,
): Errors {
  for (const field of fields) {
    if (value[field] !== undefined) yield forbidden([...path, field], 'cannot be set for a windows pod');
  }
}
