import type { PodSecuritySettings } from '../admission/pod-security-configuration.ts';
import type { Profile } from '../confinement/confinement.ts';
import { PodproofError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { LEVELS, type Level, type PolicyVersion, parsePolicyVersion } from '../policy/level-version.ts';

/** How manifests are judged. Everything may be left out. */
export interface CheckRules {
  /** The level to judge by; by default what the namespace enforces, else restricted. */
  readonly level?: Level | undefined;
  /** `v1.25`, or `latest`; by default what the namespace enforces, else the version that podproof speaks. */
  readonly version?: PolicyVersion | undefined;
  /** The runtime whose defaults apply: `containerd` unless told, or `cri-o`. */
  readonly profile?: Profile | undefined;
  /** The cluster's own defaults and exemptions: what `readPodSecurity` reads from its file. */
  readonly podSecurity?: PodSecuritySettings | undefined;
  /** Who makes the pods, for exemptions of users: `system:serviceaccount:kube-system:replicaset-controller`. */
  readonly username?: string | undefined;
  /** Where custom resources keep their pod template, beside `spec.template`: `spec.workload.podTemplate`. */
  readonly templatePath?: string | undefined;
}

/** What has a value, as predictions take it. */
export type DecodedRules = { readonly [Rule in keyof CheckRules]: NonNullable<CheckRules[Rule]> };

const RULES = ['level', 'version', 'profile', 'podSecurity', 'username', 'templatePath'] as const;
const PROFILES: readonly Profile[] = ['containerd', 'cri-o'];

/**
 * The rules of a call, which may come from a program without types. Throws `usage` for a value that there is not, and for an
 * option that neither is a rule nor among `others`: what is not understood must not be judged by something else in silence.
 */
export function decodeRules(options: CheckRules, others: readonly string[]): DecodedRules {
  if (typeof options !== 'object' || options === null) {
    throw new PodproofError(
      'usage',
      `cannot use ${JSON.stringify(options)} as options: write an object, as { level: 'restricted' }`,
    );
  }
  const known = [...RULES, ...others];
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !known.includes(name)) throw unknownOption(name, known);
  }
  const { level, version, profile, podSecurity, username, templatePath } = options;
  if (level !== undefined && !LEVELS.includes(level)) throw unknownValue('level', level, LEVELS.join(', '));
  if (version !== undefined && parsePolicyVersion(version) === undefined) {
    throw unknownValue('version', version, 'a version like v1.36, or latest');
  }
  if (profile !== undefined && !PROFILES.includes(profile)) {
    throw unknownValue('profile', profile, PROFILES.join(', '));
  }
  return {
    ...(profile !== undefined && { profile }),
    ...(level !== undefined && { level }),
    ...(version !== undefined && { version }),
    ...(podSecurity !== undefined && { podSecurity }),
    ...(username !== undefined && { username }),
    ...(templatePath !== undefined && { templatePath }),
  };
}

function unknownOption(name: string, known: readonly string[]): PodproofError {
  const meant = nearestName(name, known);
  const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"`;
  return new PodproofError('usage', `unknown option "${name}": ${hint}`);
}

function unknownValue(name: string, value: unknown, wanted: string): PodproofError {
  return new PodproofError('usage', `option "${name}" cannot be ${JSON.stringify(value)}: it is ${wanted}`);
}
