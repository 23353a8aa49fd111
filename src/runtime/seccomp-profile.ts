import { readFile } from 'node:fs/promises';
import { arch, release } from 'node:os';
import type { Confinement } from '../confinement/confinement.ts';
import { messageOf, PodproofError, systemCodeOf } from '../core/errors.ts';
import type { OciSeccomp, OciSyscall, OciSyscallArgument } from './oci.ts';

/** What decides which rules of a profile count. */
export interface SeccompConditions {
  /** `CAP_SYS_ADMIN`, ...: the bounding set. */
  readonly capabilities: readonly string[];
  /** As profiles call it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `6.18.44-...`. */
  readonly kernel: string;
}

/** A rule as Docker's and containers-common's profiles write it; the plain OCI form is a part of it. */
interface ProfileRule {
  readonly name?: string;
  readonly names?: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly OciSyscallArgument[] | null;
  readonly includes?: ProfileFilter;
  readonly excludes?: ProfileFilter;
}

interface ProfileFilter {
  readonly caps?: readonly string[];
  readonly arches?: readonly string[];
  readonly minKernel?: string;
}

interface Profile {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures?: readonly string[];
  readonly archMap?: readonly {
    readonly architecture: string;
    readonly subArchitectures?: readonly string[] | null;
  }[];
  readonly flags?: readonly string[];
  readonly syscalls?: readonly ProfileRule[] | null;
}

const defaultProfilePath = '/usr/share/containers/seccomp.json';

/** The filter of a confinement, resolved for its capabilities and this machine; undefined when it has none. */
export async function readSeccompProfile(
  confinement: Confinement,
  localhostProfilePath: string | undefined,
): Promise<OciSeccomp | undefined> {
  const seccomp = confinement.seccomp.value;
  if (seccomp.mode === 'unconfined') return undefined;
  const conditions = {
    capabilities: confinement.capabilities.value.bounding.map((name) => `CAP_${name}`),
    architecture: architectureNames[arch()] ?? arch(),
    kernel: release(),
  };
  if (seccomp.profile === 'RuntimeDefault')
    return resolveSeccompProfile(await readDefaultProfile(), defaultProfilePath, conditions);
  if (localhostProfilePath === undefined)
    throw new PodproofError('internal', `no path for seccomp profile "${seccomp.localhostProfile}"`);
  return resolveSeccompProfile(
    await readLocalhostProfile(localhostProfilePath),
    localhostProfilePath,
    conditions,
  );
}

const architectureNames: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: 'x86',
  arm64: 'arm64',
  arm: 'arm',
  ppc64: 'ppc64le',
  riscv64: 'riscv64',
  s390x: 's390x',
};

const seccompArchitectures: Readonly<Record<string, string>> = {
  amd64: 'SCMP_ARCH_X86_64',
  x86: 'SCMP_ARCH_X86',
  arm64: 'SCMP_ARCH_AARCH64',
  arm: 'SCMP_ARCH_ARM',
  ppc64le: 'SCMP_ARCH_PPC64LE',
  riscv64: 'SCMP_ARCH_RISCV64',
  s390x: 'SCMP_ARCH_S390X',
};

async function readDefaultProfile(): Promise<string> {
  try {
    return await readFile(defaultProfilePath, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    throw new PodproofError(
      'unsupported',
      `cannot apply seccomp RuntimeDefault: no "${defaultProfilePath}"`,
      {
        advice: 'apt-get install golang-github-containers-common',
        cause: error,
      },
    );
  }
}

async function readLocalhostProfile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT')
      throw new PodproofError('not-found', `cannot load seccomp profile "${path}": no such file`, {
        cause: error,
      });
    throw error;
  }
}

/**
 * The filter that a profile's text gives under the conditions: rules whose `includes` and `excludes` do not fit are
 * left out, since the OCI form has no conditions. `path` is named in errors.
 */
export function resolveSeccompProfile(text: string, path: string, conditions: SeccompConditions): OciSeccomp {
  const profile = decodeProfile(text, path);
  return {
    defaultAction: profile.defaultAction,
    ...(profile.defaultErrnoRet === undefined ? {} : { defaultErrnoRet: profile.defaultErrnoRet }),
    architectures: resolveArchitectures(profile, conditions.architecture),
    ...(profile.flags === undefined ? {} : { flags: profile.flags }),
    syscalls: (profile.syscalls ?? []).filter((rule) => isRuleWanted(rule, conditions)).map(toSyscall),
  };
}

function resolveArchitectures(profile: Profile, architecture: string): readonly string[] {
  if (profile.archMap === undefined) return profile.architectures ?? [];
  const native = seccompArchitectures[architecture];
  const entry = profile.archMap.find((candidate) => candidate.architecture === native);
  return entry === undefined ? [] : [entry.architecture, ...(entry.subArchitectures ?? [])];
}

function isRuleWanted({ includes = {}, excludes = {} }: ProfileRule, conditions: SeccompConditions): boolean {
  const has = (capability: string): boolean => conditions.capabilities.includes(capability);
  const is = (architecture: string): boolean => architecture === conditions.architecture;
  if (excludes.arches?.some(is) === true || excludes.caps?.some(has) === true) return false;
  if (excludes.minKernel !== undefined && isKernelAtLeast(conditions.kernel, excludes.minKernel))
    return false;
  if (includes.arches !== undefined && includes.arches.length > 0 && !includes.arches.some(is)) return false;
  if (includes.caps?.every(has) === false) return false;
  return includes.minKernel === undefined || isKernelAtLeast(conditions.kernel, includes.minKernel);
}

function isKernelAtLeast(kernel: string, wanted: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map((part) => Number.parseInt(part, 10));
  return major !== wantedMajor ? major > wantedMajor : minor >= wantedMinor;
}

function toSyscall({ name, names, action, errnoRet, args }: ProfileRule): OciSyscall {
  return {
    names: names ?? (name === undefined ? [] : [name]),
    action,
    ...(errnoRet === undefined ? {} : { errnoRet }),
    ...(args === undefined || args === null || args.length === 0 ? {} : { args }),
  };
}

const actions: ReadonlySet<unknown> = new Set([
  'SCMP_ACT_KILL',
  'SCMP_ACT_KILL_PROCESS',
  'SCMP_ACT_KILL_THREAD',
  'SCMP_ACT_TRAP',
  'SCMP_ACT_ERRNO',
  'SCMP_ACT_TRACE',
  'SCMP_ACT_ALLOW',
  'SCMP_ACT_LOG',
  'SCMP_ACT_NOTIFY',
]);

function decodeProfile(text: string, path: string): Profile {
  const problems: string[] = [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    problems.push(messageOf(error));
  }
  if (problems.length === 0) problems.push(...problemsOf(value));
  if (problems.length > 0)
    throw new PodproofError('invalid', `cannot load seccomp profile "${path}": ${problems[0] ?? ''}`, {
      problems,
    });
  // oxlint-disable-next-line no-unsafe-type-assertion -- problemsOf has looked at every member that is used
  return value as Profile;
}

function problemsOf(value: unknown): readonly string[] {
  if (!isObject(value)) return ['it is not a JSON object'];
  const problems: string[] = [];
  if (!actions.has(value['defaultAction']))
    problems.push(`unknown defaultAction ${show(value['defaultAction'])}`);
  for (const member of ['architectures', 'archMap', 'flags', 'syscalls'])
    if (value[member] !== undefined && value[member] !== null && !Array.isArray(value[member]))
      problems.push(`${member} is not a list`);
  const rules: readonly unknown[] = Array.isArray(value['syscalls']) ? value['syscalls'] : [];
  for (const [index, rule] of rules.entries()) {
    if (!isObject(rule)) problems.push(`syscalls[${index}] is not an object`);
    else if (!actions.has(rule['action']))
      problems.push(`syscalls[${index}]: unknown action ${show(rule['action'])}`);
    else if (typeof rule['name'] !== 'string' && !isStringList(rule['names']))
      problems.push(`syscalls[${index}]: names is not a list of strings`);
  }
  return problems;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined';
}
