import type { FieldPath } from '../../core/field-path.ts';
import { invalid } from '../field-error.ts';
import type { PodSpec, SecurityContext } from '../pod.ts';
import { goSecurityContext } from './go-internal.ts';
import { idNumber } from './names.ts';
import { validateAppArmor, validateSeccomp } from './profiles.ts';
import { check, checkSupported, type Errors, each } from './rules.ts';
import { validateSysctls } from './sysctls.ts';

export function* validatePodSecurityContext(spec: PodSpec): Errors {
  const path: FieldPath = ['spec', 'securityContext'];
  const context = spec.securityContext ?? {};
  yield* checkId(context.fsGroup, [...path, 'fsGroup']);
  yield* checkId(context.runAsUser, [...path, 'runAsUser']);
  yield* checkId(context.runAsGroup, [...path, 'runAsGroup']);
  for (const [gid, place] of each(context.supplementalGroups, [...path, 'supplementalGroups'])) {
    yield* checkId(gid, place);
  }
  yield* checkSharedProcesses(spec, path);
  yield* validateSysctls(spec, [...path, 'sysctls']);
  yield* checkSupported(
    context.fsGroupChangePolicy,
    ['Always', 'OnRootMismatch'],
    [...path, 'fsGroupChangePolicy'],
  );
  yield* validateSeccomp(context.seccompProfile, [...path, 'seccompProfile']);
  yield* validateAppArmor(context.appArmorProfile, [...path, 'appArmorProfile']);
  yield* checkSupported(
    context.supplementalGroupsPolicy,
    ['Merge', 'Strict'],
    [...path, 'supplementalGroupsPolicy'],
  );
  yield* checkSupported(
    context.seLinuxChangePolicy,
    ['MountOption', 'Recursive'],
    [...path, 'seLinuxChangePolicy'],
  );
}

function* checkId(id: number | undefined, path: FieldPath): Errors {
  if (id !== undefined) yield* check(idNumber, id, path);
}

/** Upstream holds the field in the security context internally, and names that place. */
function* checkSharedProcesses(spec: PodSpec, path: FieldPath): Errors {
  if (spec.shareProcessNamespace !== true || spec.hostPID !== true) return;
  const place = [...path, 'shareProcessNamespace'];
  const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
  yield { ...invalid(place, true, detail), at: ['spec', 'shareProcessNamespace'] };
}

export function* validateSecurityContext(
  context: SecurityContext | undefined,
  path: FieldPath,
  hostUsers: boolean,
): Errors {
  if (context === undefined) return;
  yield* checkId(context.runAsUser, [...path, 'runAsUser']);
  yield* checkId(context.runAsGroup, [...path, 'runAsGroup']);
  yield* checkProcMount(context.procMount, [...path, 'procMount'], hostUsers);
  yield* validateSeccomp(context.seccompProfile, [...path, 'seccompProfile']);
  yield* checkPrivilegeEscalation(context, path);
  yield* validateAppArmor(context.appArmorProfile, [...path, 'appArmorProfile']);
}

function* checkProcMount(
  procMount: SecurityContext['procMount'],
  path: FieldPath,
  hostUsers: boolean,
): Errors {
  yield* checkSupported(procMount, ['Default', 'Unmasked'], path);
  if (hostUsers && procMount === 'Unmasked') {
    yield invalid(path, procMount, '`hostUsers` must be false to use `Unmasked`');
  }
}

function* checkPrivilegeEscalation(context: SecurityContext, path: FieldPath): Errors {
  if (context.allowPrivilegeEscalation !== false) return;
  const refused = 'cannot set `allowPrivilegeEscalation` to false and';
  if (context.privileged === true) {
    yield invalid(path, goSecurityContext(context), `${refused} \`privileged\` to true`);
  }
  for (const capability of context.capabilities?.add ?? []) {
    // Only this spelling is matched upstream: SYS_ADMIN slips through, and so it does here.
    if (capability !== 'CAP_SYS_ADMIN') continue;
    yield invalid(path, goSecurityContext(context), `${refused} \`capabilities.Add\` CAP_SYS_ADMIN`);
  }
}
