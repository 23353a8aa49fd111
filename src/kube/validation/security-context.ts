import type { PodSpec, SecurityContext } from '../pod.ts';
import type { FieldErrors } from './field-errors.ts';
import { goSecurityContext } from './go-internal.ts';
import { idNumber } from './names.ts';
import { type Place, SPEC } from './place.ts';
import { validateAppArmor, validateSeccomp } from './profiles.ts';
import { check, checkSupported, each } from './rules.ts';
import { validateSysctls } from './sysctls.ts';

const FS_GROUP_CHANGE_POLICIES = ['Always', 'OnRootMismatch'];
const SUPPLEMENTAL_GROUPS_POLICIES = ['Merge', 'Strict'];
const SELINUX_CHANGE_POLICIES = ['MountOption', 'Recursive'];
const PROC_MOUNTS = ['Default', 'Unmasked'];

export function validatePodSecurityContext(errors: FieldErrors, spec: PodSpec): void {
  const place = SPEC.at('securityContext');
  const context = spec.securityContext ?? {};
  const { fsGroupChangePolicy, supplementalGroupsPolicy, seLinuxChangePolicy } = context;
  checkId(errors, context.fsGroup, place.at('fsGroup'));
  checkId(errors, context.runAsUser, place.at('runAsUser'));
  checkId(errors, context.runAsGroup, place.at('runAsGroup'));
  each(context.supplementalGroups, place.at('supplementalGroups'), (gid, at) => checkId(errors, gid, at));
  checkSharedProcesses(errors, spec, place);
  validateSysctls(errors, spec, place.at('sysctls'));
  checkSupported(errors, fsGroupChangePolicy, FS_GROUP_CHANGE_POLICIES, place.at('fsGroupChangePolicy'));
  validateSeccomp(errors, context.seccompProfile, place.at('seccompProfile'));
  validateAppArmor(errors, context.appArmorProfile, place.at('appArmorProfile'));
  checkSupported(
    errors,
    supplementalGroupsPolicy,
    SUPPLEMENTAL_GROUPS_POLICIES,
    place.at('supplementalGroupsPolicy'),
  );
  checkSupported(errors, seLinuxChangePolicy, SELINUX_CHANGE_POLICIES, place.at('seLinuxChangePolicy'));
}

function checkId(errors: FieldErrors, id: number | undefined, place: Place): void {
  if (id !== undefined) check(errors, idNumber, id, place);
}

/** Upstream holds the field in the security context internally, and names that place. */
function checkSharedProcesses(errors: FieldErrors, spec: PodSpec, context: Place): void {
  if (spec.shareProcessNamespace !== true || spec.hostPID !== true) return;
  const place = SPEC.at('shareProcessNamespace').namedAs(context.at('shareProcessNamespace'));
  errors.invalid(place, true, 'ShareProcessNamespace and HostPID cannot both be enabled');
}

export function validateSecurityContext(
  errors: FieldErrors,
  context: SecurityContext | undefined,
  hostUsers: boolean,
  place: Place,
): void {
  if (context === undefined) return;
  checkId(errors, context.runAsUser, place.at('runAsUser'));
  checkId(errors, context.runAsGroup, place.at('runAsGroup'));
  checkProcMount(errors, context.procMount, hostUsers, place.at('procMount'));
  validateSeccomp(errors, context.seccompProfile, place.at('seccompProfile'));
  checkPrivilegeEscalation(errors, context, place);
  validateAppArmor(errors, context.appArmorProfile, place.at('appArmorProfile'));
}

function checkProcMount(
  errors: FieldErrors,
  procMount: SecurityContext['procMount'],
  hostUsers: boolean,
  place: Place,
): void {
  checkSupported(errors, procMount, PROC_MOUNTS, place);
  if (hostUsers && procMount === 'Unmasked') {
    errors.invalid(place, procMount, '`hostUsers` must be false to use `Unmasked`');
  }
}

function checkPrivilegeEscalation(errors: FieldErrors, context: SecurityContext, place: Place): void {
  if (context.allowPrivilegeEscalation !== false) return;
  const refused = 'cannot set `allowPrivilegeEscalation` to false and';
  if (context.privileged === true) {
    errors.invalid(place, goSecurityContext(context), `${refused} \`privileged\` to true`);
  }
  // Only this spelling is matched upstream: SYS_ADMIN slips through, and so it does here.
  const refusedCapabilities = (context.capabilities?.add ?? []).filter((it) => it === 'CAP_SYS_ADMIN');
  for (const [index, capability] of refusedCapabilities.entries()) {
    if (index > 0) errors.repeat();
    else errors.invalid(place, goSecurityContext(context), `${refused} \`capabilities.Add\` ${capability}`);
  }
}
