import { CAPABILITIES } from '../../confinement/capability.ts';
import type { ProofSummary } from '../../kube/proof.ts';
import type { Observation } from '../../proof/observation.ts';
import type { SeenRun } from './proven-run.ts';

/** A proof in a few words, over all containers that were looked at; what differs between them stands side by side. */
export function summarize(runs: readonly SeenRun[], available: number = CAPABILITIES.length): ProofSummary {
  const facts = runs.flatMap(({ proof }) => proof.facts);
  const each = (describe: (observation: Observation) => string): string =>
    [...new Set(runs.map(({ observation }) => describe(observation)))].join(',');
  return {
    holds: `${facts.filter(({ holds }) => holds).length}/${facts.length}`,
    user: each(({ user }) => String(user.inside.uid.effective ?? 'unmapped')),
    hostUser: each(({ user }) => String(user.host.uid.effective)),
    capabilities: each((observation) => countOf(attainable(observation).size, available)),
    rootfs: each(({ rootFilesystem }) => (rootFilesystem.readOnly ? 'read-only' : 'writable')),
    userNamespace: each(userNamespaceOf),
  };
}

/** Those that its processes have or can come to have: by a setuid program, unless privileges cannot grow. */
function attainable({ capabilities, noNewPrivileges }: Observation): ReadonlySet<string> {
  return new Set([...capabilities.permitted, ...(noNewPrivileges ? [] : capabilities.bounding)]);
}

function countOf(count: number, available: number): string {
  if (count === 0) return 'none';
  return count >= available ? 'all' : String(count);
}

function userNamespaceOf({ namespaces, userNamespace }: Observation): string {
  if (namespaces.user.inode === namespaces.user.hostInode) return 'host';
  const [first] = userNamespace.uidMap;
  return first === undefined ? 'unmapped' : `${first.outsideId}+${first.size}`;
}
