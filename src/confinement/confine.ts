import { byDefault, type Sourced, sourced } from '../core/sourced.ts';
import { confineCapabilities } from './capabilities.ts';
import type { ConfineInput } from './confine-input.ts';
import type { Confinement } from './confinement.ts';
import { confineDevices } from './devices.ts';
import { type EffectiveContext, effectiveContext } from './effective-context.ts';
import { containerFindings } from './findings/container-findings.ts';
import type { Confined, DecisiveConfinement, Judged } from './judged.ts';
import { confineAppArmor, confineSeLinux } from './lsm.ts';
import { confineMounts } from './mounts.ts';
import { confineNamespaces } from './namespaces.ts';
import { confineOomScoreAdj } from './oom-score.ts';
import { confineMaskedPaths, confineReadonlyPaths } from './paths.ts';
import { confineResources } from './resources.ts';
import { confineSeccomp } from './seccomp.ts';
import { startVerdict } from './start-verdict.ts';
import { confineSysctls } from './sysctls.ts';
import { confineUser } from './user.ts';

export type { ConfineInput } from './confine-input.ts';
export { containersOf } from './containers.ts';
export type { Confined, Judged } from './judged.ts';
export { podFindings } from './pod-findings.ts';
export { startVerdict } from './start-verdict.ts';

/**
 * How the kernel will confine the container, every value with the place that it came from; whether it starts at all;
 * and what its author should know about it. Never throws for a pod that has been validated.
 */
export function confine(input: ConfineInput): Confined {
  const context = effectiveContext(input.pod, input.container);
  const decisive = decisiveConfinement(input, context);
  return judged(input, context, wholeConfinement(input, context, decisive));
}

/** The same without what nothing but a confinement itself shows: mounts, capability sets, paths, devices, resources. */
export function judge(input: ConfineInput): Judged {
  const context = effectiveContext(input.pod, input.container);
  return judged(input, context, decisiveConfinement(input, context));
}

function judged<Known extends DecisiveConfinement>(
  input: ConfineInput,
  context: EffectiveContext,
  confinement: Known,
): Judged<Known> {
  return {
    confinement,
    start: startVerdict(input, context),
    findings: containerFindings({ input, context, confinement }),
  };
}

function decisiveConfinement(input: ConfineInput, context: EffectiveContext): DecisiveConfinement {
  const { pod, container, platform } = input;
  const { user, origins } = confineUser(input, context);
  const { readOnlyRootFilesystem } = context;
  return {
    container: container.container.name,
    type: container.type,
    profile: platform.profile,
    privileged: context.privileged,
    user,
    userOrigins: origins,
    noNewPrivileges: confineNoNewPrivileges(context),
    namespaces: confineNamespaces(input, context),
    rootFilesystem: sourced({ readOnly: readOnlyRootFilesystem.value }, readOnlyRootFilesystem.from),
    sysctls: confineSysctls(pod, platform),
    oomScoreAdj: confineOomScoreAdj(input),
  };
}

function wholeConfinement(
  input: ConfineInput,
  context: EffectiveContext,
  decisive: DecisiveConfinement,
): Confinement {
  const { pod, container, platform } = input;
  // Member by member: V8 takes ten times as long for `...decisive` with as many members after it.
  return {
    container: decisive.container,
    type: decisive.type,
    profile: decisive.profile,
    privileged: decisive.privileged,
    user: decisive.user,
    userOrigins: decisive.userOrigins,
    capabilities: confineCapabilities(input, context, decisive.user.value.uid),
    noNewPrivileges: decisive.noNewPrivileges,
    seccomp: confineSeccomp(platform, context),
    appArmor: confineAppArmor(platform, context),
    seLinux: confineSeLinux(platform, context),
    namespaces: decisive.namespaces,
    rootFilesystem: decisive.rootFilesystem,
    mounts: confineMounts(input, context),
    maskedPaths: confineMaskedPaths(platform, context),
    readonlyPaths: confineReadonlyPaths(context),
    devices: confineDevices(platform, context),
    sysctls: decisive.sysctls,
    resources: confineResources(pod, container),
    oomScoreAdj: decisive.oomScoreAdj,
    rlimits: sourced(platform.rlimits, handedOn),
  };
}

const handedOn = byDefault('runtime', 'handed on');
const allowedByDefault = sourced(false, byDefault('kubernetes', 'allowPrivilegeEscalation not set'));

/** Set only by an explicit `allowPrivilegeEscalation: false`; it follows from nothing else. */
function confineNoNewPrivileges({ allowPrivilegeEscalation }: EffectiveContext): Sourced<boolean> {
  return allowPrivilegeEscalation === undefined
    ? allowedByDefault
    : sourced(!allowPrivilegeEscalation.value, allowPrivilegeEscalation.from);
}
