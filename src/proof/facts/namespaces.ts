import type { Fact } from '../../core/contract/proof-report.ts';
import type { Sourced } from '../../core/sourced.ts';
import { fact, type Judge, procSource, type Subject } from '../fact.ts';
import {
  NAMESPACE_FILES,
  type NamespaceKind,
  type Observation,
  type ObservedNamespace,
} from '../observation.ts';

/** A fact for each kind: the host's, the pod's or the container's own. */
export const namespaces: Judge = (subject) => {
  const { user, network, pid, ipc, uts, cgroup } = subject.expected.namespaces;
  return [
    namespaceFact(subject, 'user', { value: user.value.mode, from: user.from }),
    namespaceFact(subject, 'network', network),
    namespaceFact(subject, 'pid', pid),
    namespaceFact(subject, 'ipc', ipc),
    namespaceFact(subject, 'uts', uts),
    namespaceFact(subject, 'cgroup', cgroup),
    namespaceFact(subject, 'mount', {
      value: 'container',
      from: { kind: 'default', of: 'runtime' },
    }),
  ];
};

function namespaceFact(subject: Subject, kind: NamespaceKind, expected: Sourced<string>): Fact {
  const observed = whoseNamespace(subject, kind, expected.value);
  return fact(subject, {
    field: `namespaces.${kind}`,
    expected: expected.value,
    observed,
    from: expected.from,
    source: procSource(subject, `ns/${NAMESPACE_FILES[kind]}`),
    cause: causeOf(kind, expected.value, observed),
  });
}

/** In words of the confinement; `other` is a namespace that is neither the host's nor this pod's. */
function whoseNamespace(subject: Subject, kind: NamespaceKind, expected: string): string {
  const { observed, context } = subject;
  const namespace = observed.namespaces[kind];
  if (isHost(namespace)) return 'host';
  // Which user namespace it is, its id map tells: ranges are never shared.
  const sandbox = kind === 'user' ? undefined : context.sandboxNamespaces?.[kind];
  if (sandbox !== undefined && namespace.inode === sandbox) return podNamespace(observed, kind);
  // Not the host's, though it should be: then it makes no difference whose it is.
  if (expected === 'host') return 'container';
  if (sandbox !== undefined) return expected === 'container' ? 'container' : 'other';
  // The first process of a pid namespace of its own is its number 1.
  if (kind === 'pid' && expected === 'container' && observed.pid !== 1) return 'other';
  return kind === 'network' ? podNamespace(observed, kind) : expected;
}

/** `none` is a network namespace with nothing but loopback in it. */
function podNamespace({ interfaces }: Observation, kind: NamespaceKind): string {
  return kind === 'network' && interfaces.every((name) => name === 'lo') ? 'none' : 'pod';
}

export function isHost({ inode, hostInode }: ObservedNamespace): boolean {
  return inode === hostInode;
}

function causeOf(kind: NamespaceKind, expected: string, observed: string): string {
  if (observed === 'host')
    return `the process is in the host's ${kind} namespace: the runtime did not unshare it`;
  if (expected === 'host') return `the process is not in the host's ${kind} namespace`;
  if (observed === 'none')
    return 'its network namespace has no interface beside loopback: CNI did not add one';
  if (expected === 'none') return 'its network namespace has an interface beside loopback';
  return `the process is in another ${kind} namespace than this pod's`;
}

/** Which ids of the host stand behind the container's: this pod's own range, the same for users and groups. */
export const userNamespaceMap: Judge = (subject) => {
  const { expected, observed } = subject;
  const { value, from } = expected.namespaces.user;
  // Whether there is a namespace at all is judged above.
  if (value.mode === 'host' || isHost(observed.namespaces.user)) return [];
  const { uidMap, gidMap } = observed.userNamespace;
  const hostId = value.hostId ?? uidMap[0]?.outsideId ?? 0;
  const range = { insideId: 0, outsideId: hostId, size: value.size };
  const problem = mapProblem(subject, hostId);
  return [
    fact(subject, {
      field: 'userNamespace',
      expected: { uidMap: [range], gidMap: [range] },
      observed: { uidMap, gidMap },
      ...(problem === undefined ? {} : { holds: false }),
      from,
      source: procSource(subject, 'uid_map, gid_map'),
      cause:
        problem ??
        `the container's root is host uid ${uidMap[0]?.outsideId ?? '(none)'}, not this pod's range`,
    }),
  ];
};

function mapProblem({ observed }: Subject, hostId: number): string | undefined {
  if (hostId === 0) return "the container's root is the host's root: the namespace maps ids onto themselves";
  return observed.userNamespace.setgroups === 'deny'
    ? 'setgroups is denied in it, so groups cannot be set'
    : undefined;
}
