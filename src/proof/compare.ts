import type { Confinement } from '../confinement/confinement.ts';
import type { Proof } from '../core/contract/proof-report.ts';
import type { Judge, ProofContext } from './fact.ts';
import { capabilities } from './facts/capabilities.ts';
import { devices } from './facts/devices.ts';
import { appArmor, oomScoreAdj, rlimits, seLinux } from './facts/limits.ts';
import { mounts, rootFilesystem, unexpectedMounts } from './facts/mounts.ts';
import { namespaces, userNamespaceMap } from './facts/namespaces.ts';
import { maskedPaths, readonlyPaths } from './facts/paths.ts';
import { noNewPrivileges, seccomp } from './facts/privileges.ts';
import { resources } from './facts/resources.ts';
import { sysctls } from './facts/sysctls.ts';
import { userGid, userGroups, userUid } from './facts/user.ts';
import type { Observation } from './observation.ts';

/** Every field of the confinement that the kernel can be asked about, in the order in which a proof shows them. */
const JUDGES: readonly Judge[] = Object.freeze([
  userUid,
  userGid,
  userGroups,
  capabilities,
  noNewPrivileges,
  seccomp,
  appArmor,
  seLinux,
  namespaces,
  userNamespaceMap,
  rootFilesystem,
  mounts,
  unexpectedMounts,
  maskedPaths,
  readonlyPaths,
  devices,
  sysctls,
  resources,
  oomScoreAdj,
  rlimits,
]);

/**
 * Holds a confinement against what the kernel says, field by field. A field that cannot be judged here (an id that only
 * the image's layers know, a controller that this machine lacks) has no fact: it is never one that holds.
 */
export function compare(expected: Confinement, observed: Observation, context: ProofContext = {}): Proof {
  const facts = JUDGES.flatMap((judge) => judge({ expected, observed, context }));
  return { holds: facts.every(({ holds }) => holds), facts };
}
