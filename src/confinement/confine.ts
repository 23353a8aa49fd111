import { byDefault, type Sourced, sourced } from '../core/sourced.ts';
import { confineCapabilities } from './capabilities.ts';
import type { Confined, ConfineInput } from './confine-input.ts';
import type { Confinement } from './confinement.ts';
import { confineDevices } from './devices.ts';
import { type EffectiveContext, effectiveContext } from './effective-context.ts';
import { containerFindings } from './findings/container-findings.ts';
import { confineAppArmor, confineSeLinux } from './lsm.ts';
import { confineMounts } from './mounts.ts';
import { confineNamespaces } from './namespaces.ts';
import { confineOomScoreAdj } from './oom-score.ts';
import { confineMaskedPaths, confineReadonlyPaths } from './paths.ts';
import { confineResources } from './resources.ts';
import { confineSeccomp } from './seccomp.ts';
import { confineSysctls } from './sysctls.ts';
import { confineUser } from './user.ts';

export type { Confined, ConfineInput } from './confine-input.ts';
export { containersOf } from './containers.ts';
export { podFindings } from './pod-findings.ts';
export { startVerdict } from './start-verdict.ts';

/**
 * How the kernel will confine the container, every value with the place that it came from, and what its author should
 * know about it. Never throws for a pod that has been validated; whether it starts at all is `startVerdict`'s.
 */
export function confine(input: ConfineInput): Confined {
  const context = effectiveContext(input.pod, input.container);
  const confinement = buildConfinement(input, context);
  return { confinement, findings: containerFindings({ input, context, confinement }) };
}

function buildConfinement(input: ConfineInput, context: EffectiveContext): Confinement {
  const { pod, container, platform } = input;
  const { user, origins } = confineUser(input, context);
  return {
    container: container.container.name,
    type: container.type,
    profile: platform.profile,
    privileged: context.privileged,
    user,
    userOrigins: origins,
    capabilities: confineCapabilities(input, context, user.value.uid),
    noNewPrivileges: confineNoNewPrivileges(context),
    seccomp: confineSeccomp(platform, context),
    appArmor: confineAppArmor(platform, context),
    seLinux: confineSeLinux(platform, context),
    namespaces: confineNamespaces(input, context),
    rootFilesystem: sourced(
      { readOnly: context.readOnlyRootFilesystem.value },
      context.readOnlyRootFilesystem.from,
    ),
    mounts: confineMounts(input, context),
    maskedPaths: confineMaskedPaths(platform, context),
    readonlyPaths: confineReadonlyPaths(context),
    devices: confineDevices(platform, context),
    sysctls: confineSysctls(pod, platform),
    resources: confineResources(pod, container),
    oomScoreAdj: confineOomScoreAdj(input),
    rlimits: sourced(platform.rlimits, byDefault('runtime', 'handed on')),
  };
}

/** Set only by an explicit `allowPrivilegeEscalation: false`; it follows from nothing else. */
function confineNoNewPrivileges({ allowPrivilegeEscalation }: EffectiveContext): Sourced<boolean> {
  return allowPrivilegeEscalation === undefined
    ? sourced(false, byDefault('kubernetes', 'allowPrivilegeEscalation not set'))
    : sourced(!allowPrivilegeEscalation.value, allowPrivilegeEscalation.from);
}
