import { type Sourced, sourced } from '../core/sourced.ts';
import type { SecurityContext } from '../kube/pod.ts';
import { CAPABILITIES, type Capability, sortCapabilities } from './capability.ts';
import type { ConfineInput } from './confine-input.ts';
import type { CapabilitySets, Profile } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import { runtimeDefault } from './runtime-default.ts';

const none: readonly never[] = Object.freeze([]);

/** What a runtime gives a container that asks for nothing. */
export const defaultCapabilities: Readonly<Record<Profile, readonly Capability[]>> = {
  containerd: sortCapabilities([
    'CHOWN',
    'DAC_OVERRIDE',
    'FSETID',
    'FOWNER',
    'MKNOD',
    'NET_RAW',
    'SETGID',
    'SETUID',
    'SETFCAP',
    'SETPCAP',
    'NET_BIND_SERVICE',
    'SYS_CHROOT',
    'KILL',
    'AUDIT_WRITE',
  ]),
  'cri-o': sortCapabilities([
    'CHOWN',
    'DAC_OVERRIDE',
    'FSETID',
    'FOWNER',
    'SETGID',
    'SETUID',
    'SETPCAP',
    'NET_BIND_SERVICE',
    'KILL',
  ]),
};

/** What a runtime makes of `capabilities.add` and `.drop`, before the machine's own limits. */
export interface ResolvedCapabilities {
  readonly bounding: readonly Capability[];
  /** Names as the manifest has them that this runtime does not understand: lost, or an error. */
  readonly unknown: { readonly add: readonly string[]; readonly drop: readonly string[] };
}

type AddAndDrop = NonNullable<SecurityContext['capabilities']>;

/** `ALL` first (drop after add), then each added one, then each dropped one: so drop wins over add, on both runtimes. */
export function resolveCapabilities(asked: AddAndDrop | undefined, profile: Profile): ResolvedCapabilities {
  const add = namesIn(asked?.add);
  const drop = namesIn(asked?.drop);
  const start = startingSet(asked, profile);
  if (add.length === 0 && drop.length === 0) return { bounding: start, unknown: { add, drop } };
  const set = new Set<Capability>(start);
  for (const name of add) {
    const capability = understood(name, profile);
    if (capability !== undefined) set.add(capability);
  }
  for (const name of drop) {
    const capability = understood(name, profile);
    if (capability !== undefined) set.delete(capability);
  }
  const isUnknown = (name: string) => understood(name, profile) === undefined;
  return {
    bounding: sortCapabilities(set),
    unknown: { add: add.filter(isUnknown), drop: drop.filter(isUnknown) },
  };
}

/** Those that the manifest asks for, or the runtime gives, and this machine does not have. */
export function missingCapabilities(input: ConfineInput, context: EffectiveContext): readonly Capability[] {
  const available = availableCapabilities(input);
  if (available === CAPABILITIES) return none;
  return wantedCapabilities(input, context).filter((capability) => !available.includes(capability));
}

/** The five sets as the kernel shows them after exec. `uid` is the one in the container; a user namespace changes nothing. */
export function confineCapabilities(
  input: ConfineInput,
  context: EffectiveContext,
  uid: number | null,
): Sourced<CapabilitySets> {
  const available = availableCapabilities(input);
  const wanted = wantedCapabilities(input, context);
  const given =
    available === CAPABILITIES ? wanted : wanted.filter((capability) => available.includes(capability));
  const { profile } = input.platform;
  if (context.privileged.value)
    return sourced(profile === 'cri-o' ? allFive(given) : afterExec(given, uid), context.privileged.from);
  const from = context.capabilities?.from ?? runtimeDefault[profile];
  return sourced(afterExec(given, uid), from);
}

/** As a cluster's node would give them. */
function wantedCapabilities({ platform }: ConfineInput, context: EffectiveContext): readonly Capability[] {
  return context.privileged.value
    ? CAPABILITIES
    : resolveCapabilities(context.capabilities?.value, platform.profile).bounding;
}

/** A process that enters a user namespace has every capability in it, whatever its machine lacks outside. */
function availableCapabilities({ pod, platform }: ConfineInput): readonly Capability[] {
  return pod.spec.hostUsers === false ? CAPABILITIES : platform.capabilities;
}

function startingSet(asked: AddAndDrop | undefined, profile: Profile): readonly Capability[] {
  if (asked?.drop?.some(isAll)) return none;
  return asked?.add?.some(isAll) ? CAPABILITIES : defaultCapabilities[profile];
}

/** What is asked for by name. */
function namesIn(asked: readonly string[] | undefined): readonly string[] {
  return asked?.filter((name) => !isAll(name)) ?? none;
}

function isAll(name: string): boolean {
  return name.toUpperCase() === 'ALL';
}

/**
 * containerd puts CAP_ before every name, so that a name that has it already means nothing; CRI-O takes both. Neither
 * minds upper and lower case.
 */
function understood(name: string, profile: Profile): Capability | undefined {
  const upper = name.toUpperCase();
  return asCapability(profile === 'cri-o' ? upper.replace(/^CAP_/, '') : upper);
}

const byName: ReadonlyMap<string, Capability> = new Map(CAPABILITIES.map((name) => [name, name]));

function asCapability(name: string): Capability | undefined {
  return byName.get(name);
}

/** Root keeps its bounding set over exec; anybody else keeps nothing, since the runtimes leave ambient empty. */
function afterExec(bounding: readonly Capability[], uid: number | null): CapabilitySets {
  const held = uid === 0 ? bounding : none;
  return { bounding, effective: held, permitted: held, inheritable: none, ambient: none };
}

function allFive(all: readonly Capability[]): CapabilitySets {
  return { bounding: all, effective: all, permitted: all, inheritable: all, ambient: all };
}
