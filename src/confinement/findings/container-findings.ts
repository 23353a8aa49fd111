import type { Finding } from '../../core/finding.ts';
import { capabilitiesWithoutRoot } from './capabilities-without-root.ts';
import { capabilityPrefix, unknownCapability } from './capability-prefix.ts';
import { capabilityUnavailable } from './capability-unavailable.ts';
import { idOutsideUserNamespace } from './id-outside-user-namespace.ts';
import { imageGroupLost } from './image-group-lost.ts';
import { imageUserUnknown } from './image-user-unknown.ts';
import { implicitRoot } from './implicit-root.ts';
import { appArmorUnavailable, seLinuxUnavailable } from './lsm-unavailable.ts';
import { oomScoreAdjClamped } from './oom-score-adj-clamped.ts';
import { privilegeEscalation } from './privilege-escalation.ts';
import { capabilitiesIgnored, privilegedReadOnlyRoot, seccompIgnored } from './privileged-ignores.ts';
import { readOnlyRoot } from './read-only-root.ts';
import { rootGroup } from './root-group.ts';
import { runAsNonRootOverridden } from './run-as-non-root-overridden.ts';
import type { ContainerFinding, FindingSubject } from './subject.ts';
import { tooManyGroups } from './too-many-groups.ts';

/** In the order in which they are shown. */
const findings: readonly ContainerFinding[] = Object.freeze([
  implicitRoot,
  imageUserUnknown,
  runAsNonRootOverridden,
  imageGroupLost,
  rootGroup,
  tooManyGroups,
  idOutsideUserNamespace,
  capabilitiesWithoutRoot,
  capabilityPrefix,
  unknownCapability,
  capabilityUnavailable,
  capabilitiesIgnored,
  seccompIgnored,
  appArmorUnavailable,
  seLinuxUnavailable,
  privilegedReadOnlyRoot,
  readOnlyRoot,
  privilegeEscalation,
  oomScoreAdjClamped,
]);

/** Everything worth telling about one container's confinement. */
export function containerFindings(subject: FindingSubject): readonly Finding[] {
  const { container, path: whole } = subject.input.container;
  const told: Finding[] = [];
  for (const finding of findings) {
    const found = finding(subject);
    if (found === undefined) continue;
    const { severity, code, message, advice, path = whole } = found;
    const plain = { severity, code, message, path, container: container.name };
    told.push(advice === undefined ? plain : { ...plain, advice });
  }
  return told;
}
