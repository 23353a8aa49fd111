import type { ConfinedMount, Confinement } from '../../confinement/confinement.ts';
import type { Fact } from '../../core/contract/proof-report.ts';
import { fact, type Judge, procSource, type Subject } from '../fact.ts';
import type { Observation, ObservedMount } from '../observation.ts';
import { ownDoing } from '../own-doing.ts';
import { isBelow } from '../paths.ts';

export const rootFilesystem: Judge = (subject) => {
  const { value, from } = subject.expected.rootFilesystem;
  const { readOnly } = subject.observed.rootFilesystem;
  return [
    fact(subject, {
      field: 'rootFilesystem.readOnly',
      expected: value.readOnly,
      observed: readOnly,
      from,
      source: procSource(subject, 'mountinfo /'),
      cause: readOnly
        ? 'the root is read-only though it should not be'
        : 'the runtime mounted the root writable',
    }),
  ];
};

/** A fact for each mount that there should be; of several at one place the last one is on top. */
export const mounts: Judge = (subject) => {
  const onTop = new Map(subject.expected.mounts.map((mount) => [mount.destination, mount]));
  return [...onTop.values()].map((mount) => mountFact(subject, mount));
};

function mountFact(subject: Subject, expected: ConfinedMount): Fact {
  const found = subject.observed.mounts.find(({ mountPoint }) => mountPoint === expected.destination);
  const wanted = traitsExpected(subject, expected, found);
  const observed = found === undefined ? null : traitsObserved(subject, expected, found, wanted);
  return fact(subject, {
    field: `mounts[${expected.destination}]`,
    expected: wanted,
    observed,
    from: expected.from,
    source: procSource(subject, `mountinfo ${expected.destination}`),
    cause: mountCause(wanted, observed),
  });
}

/**
 * What a proof says of a mount. Propagation matters where something of the host is bound: nothing ever reaches what the
 * kernel made for this container.
 */
interface MountTraits {
  readonly fsType: string;
  readonly readOnly: boolean;
  readonly recursiveReadOnly?: boolean;
  /** On cgroup version 1: whether the tmpfs that holds the controllers can be written too, which nobody is told to prevent. */
  readonly tmpfsReadOnly?: boolean;
  readonly nosuid: boolean;
  readonly nodev: boolean;
  readonly noexec: boolean;
  readonly propagation?: string;
  readonly size?: string;
  /** Of its root directory, in octal. */
  readonly permissions?: string;
}

function traitsExpected(
  { observed }: Subject,
  mount: ConfinedMount,
  found: ObservedMount | undefined,
): MountTraits {
  const { fsType, readOnly, nosuid, nodev, noexec } = mount;
  return {
    fsType,
    readOnly,
    ...(mount.recursiveReadOnly ? { recursiveReadOnly: true } : {}),
    ...tmpfsTraits(observed, mount, found),
    nosuid,
    nodev,
    noexec,
    ...(fsType === 'bind' ? { propagation: mount.propagation } : dataTraits(mount.data)),
  };
}

/**
 * A bind mount has the flags of what it was made from (mount(2)), so that it may have more than were asked for; those
 * asked for it must have. What the kernel made for this container has exactly them.
 */
function traitsObserved(
  { observed }: Subject,
  expected: ConfinedMount,
  found: ObservedMount,
  wanted: MountTraits,
): MountTraits {
  const isBind = expected.fsType === 'bind';
  const flag = (name: 'nosuid' | 'nodev' | 'noexec'): boolean =>
    isBind && !expected[name] ? false : found[name];
  const data = dataTraits(found.superOptions);
  return {
    fsType: isBind ? 'bind' : fsTypeOf(expected, found),
    readOnly: expected.fsType === 'cgroup' ? isCgroupReadOnly(observed, found) : found.readOnly,
    ...(wanted.recursiveReadOnly === undefined ? {} : { recursiveReadOnly: found.recursiveReadOnly }),
    ...tmpfsTraits(observed, expected, found),
    nosuid: flag('nosuid'),
    nodev: flag('nodev'),
    noexec: flag('noexec'),
    ...(isBind ? { propagation: propagationOf(expected, found) } : {}),
    ...(wanted.size === undefined || data.size === undefined ? {} : { size: data.size }),
    ...(wanted.permissions === undefined ? {} : { permissions: data.permissions ?? '1777' }),
  };
}

/** `cgroup` is what the OCI calls all of it: on version 1 a tmpfs with a mount for each controller, on 2 a cgroup2. */
function fsTypeOf(expected: ConfinedMount, found: ObservedMount): string {
  return expected.fsType === 'cgroup' && (found.fsType === 'tmpfs' || found.fsType === 'cgroup2')
    ? 'cgroup'
    : found.fsType;
}

/**
 * On version 1 the controllers are mounted below a tmpfs that holds nothing else. What was asked for is that nobody
 * changes the controllers; runc leaves the tmpfs itself writable for root, and the fact shows it.
 */
function isCgroupReadOnly(observed: Observation, found: ObservedMount): boolean {
  const controllers = controllersIn(observed, found);
  return controllers.length > 0 ? controllers.every(({ readOnly }) => readOnly) : found.readOnly;
}

function tmpfsTraits(
  observed: Observation,
  { fsType }: ConfinedMount,
  found: ObservedMount | undefined,
): Pick<MountTraits, 'tmpfsReadOnly'> {
  if (fsType !== 'cgroup' || found === undefined) return {};
  return controllersIn(observed, found).length > 0 ? { tmpfsReadOnly: found.readOnly } : {};
}

function controllersIn({ mounts: all }: Observation, found: ObservedMount): readonly ObservedMount[] {
  if (found.fsType !== 'tmpfs') return [];
  return all.filter(({ parentId, fsType }) => parentId === found.id && fsType.startsWith('cgroup'));
}

/** Slave to a mount that the host does not share is the same as private: there is nothing to receive. */
function propagationOf(expected: ConfinedMount, found: ObservedMount): string {
  return expected.propagation === 'slave' && found.peers === 'private' && !found.sharedOnHost
    ? 'slave'
    : found.peers;
}

/** The options of a tmpfs that the kernel shows again: its size in KiB and its mode. */
function dataTraits(options: readonly string[]): Pick<MountTraits, 'size' | 'permissions'> {
  const valueOf = (name: string): string | undefined =>
    options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
  const size = valueOf('size');
  const mode = valueOf('mode');
  return {
    ...(size === undefined ? {} : { size: inKib(size) }),
    ...(mode === undefined ? {} : { permissions: mode.replace(/^0+(?=.)/, '') }),
  };
}

function inKib(size: string): string {
  const match = /^(\d+)([kKmMgG]?)$/.exec(size);
  if (match === null) return size;
  const factor = { '': 1 / 1024, k: 1, m: 1024, g: 1024 * 1024 }[(match[2] ?? '').toLowerCase()] ?? 1;
  // The kernel rounds up to whole pages.
  return `${Math.ceil((Number(match[1]) * factor) / 4) * 4}k`;
}

function mountCause(wanted: MountTraits, observed: MountTraits | null): string {
  if (observed === null) return 'there is no such mount in the container';
  const seen = new Map<string, unknown>(Object.entries(observed));
  return Object.entries(wanted)
    .filter(([name, value]) => seen.get(name) !== value)
    .map(([name, value]) => `${name} is ${String(seen.get(name))}, not ${String(value)}`)
    .join('; ');
}

/** A mount that nobody expected is a hole, or hides something: it is a fact that fails. */
export const unexpectedMounts: Judge = (subject) =>
  subject.observed.mounts
    .filter((mount) => !isExplained(subject, mount))
    .map((mount) =>
      fact(subject, {
        field: `mounts[${mount.mountPoint}]`,
        expected: null,
        observed: { fsType: mount.fsType, source: mount.source, root: mount.root, readOnly: mount.readOnly },
        from: 'nobody asked for it',
        source: procSource(subject, `mountinfo ${mount.mountPoint}`),
        holds: false,
        because: mountedItself(subject, mount),
        cause: `the runtime mounted ${mount.fsType} from ${mount.source} there`,
      }),
    );

function isExplained({ expected, observed }: Subject, mount: ObservedMount): boolean {
  const { mountPoint } = mount;
  if (mountPoint === '/' || observed.maskedPaths.includes(mountPoint)) return true;
  if (observed.readonlyPaths.includes(mountPoint)) return true;
  if (observed.devices.nodes.some(({ path }) => path === mountPoint)) return true;
  return expected.mounts.some(
    (each) => each.destination === mountPoint || bringsAlong(expected, each, mount),
  );
}

/** What comes with a mount that was asked for: below it, and not named. */
function bringsAlong(
  { namespaces }: Confinement,
  { destination, fsType, source }: ConfinedMount,
  mount: ObservedMount,
): boolean {
  if (!isBelow(mount.mountPoint, destination)) return false;
  // A bind is recursive: what the host has mounted below it. In the volumes that the node makes there is nothing.
  if (source.kind === 'volume')
    return source.volumeKind === 'hostPath' || source.volumeKind === 'persistentVolumeClaim';
  if (fsType === 'cgroup') return mount.fsType.startsWith('cgroup');
  // In a user namespace that does not own its network the kernel mounts no sysfs: the host's is bound.
  return fsType === 'sysfs' && namespaces.user.value.mode === 'pod' && namespaces.network.value === 'host';
}

/** With SYS_ADMIN a container can mount; that it did is known when the mount was not there at its start. */
function mountedItself(subject: Subject, { mountPoint }: ObservedMount): string | undefined {
  if (subject.context.atStart === undefined) return undefined;
  const isMounted = ({ mounts: seen }: Observation) => seen.some((mount) => mount.mountPoint === mountPoint);
  return ownDoing(subject, false, isMounted);
}
