import type { PolicyVersion } from '../../../src/policy/level-version.ts';

/** A version that a control can begin or end with. */
export type Version = Exclude<PolicyVersion, 'latest'>;

/** One change of a minimal valid pod, and the versions for which its verdict holds. */
export interface Tweak {
  readonly what: string;
  readonly from?: Version;
  /** The first version for which it no longer holds. */
  readonly until?: Version;
  /** At one level only. */
  readonly level?: 'baseline' | 'restricted';
  /** `pod` is the spec, `setup` the init container, `main` the container, `debug` an ephemeral one; undefined removes. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What one control must allow and what it must deny, whatever the registry says. */
export interface ControlTweaks {
  readonly check: string;
  /** The levels at which it counts: from the first version on, up to the second, where another control stands in for it. */
  readonly baseline?: readonly [from: Version, until?: Version];
  readonly restricted?: readonly [from: Version, until?: Version];
  readonly pass: readonly Tweak[];
  readonly fail: readonly Tweak[];
}

/** The same change of every kind of container, one by one. */
export function ofEachContainer(field: string, value: unknown, range: Partial<Tweak> = {}): readonly Tweak[] {
  return ['main', 'setup', 'debug'].map((container) => ({
    what: `${field}: ${JSON.stringify(value)} in ${container}`,
    set: { [`${container}.${field}`]: value },
    ...range,
  }));
}

/** The same change of the pod and of every kind of container, one by one. */
export function ofPodAndEachContainer(
  field: string,
  value: unknown,
  range: Partial<Tweak> = {},
): readonly Tweak[] {
  const inPod = {
    what: `${field}: ${JSON.stringify(value)} in pod`,
    set: { [`pod.${field}`]: value },
    ...range,
  };
  return [inPod, ...ofEachContainer(field, value, range)];
}

/** The same value in every kind of container. */
export const inAllContainers = (field: string, value: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(['main', 'setup', 'debug'].map((container) => [`${container}.${field}`, value]));

/** A pod for Windows whose containers lack the field. */
export const windowsWithout = (field: string): Readonly<Record<string, unknown>> => ({
  'pod.os': { name: 'windows' },
  ...inAllContainers(field, undefined),
});

/** The capabilities that containers have by default, without NET_RAW. */
export const DEFAULT_CAPABILITIES: readonly string[] = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];
