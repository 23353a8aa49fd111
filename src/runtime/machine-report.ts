import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Platform } from '../confinement/platform.ts';
import { messageOf } from '../core/errors.ts';
import { canIdMap } from '../linux/mounts.ts';
import { type CgroupHierarchy, readCgroupHierarchies } from './cgroups.ts';
import { findPlugin, neededPlugins, readPluginVersion } from './cni/plugin.ts';
import { existingParent } from './existing-parent.ts';
import { findProgram } from './find-program.ts';
import { idsPerPod } from './id-ranges.ts';
import { readPlatform } from './read-platform.ts';
import { runProgram } from './run-program.ts';
import { runtimeProblem } from './runtime-problem.ts';
import { withUserNamespace } from './user-namespace.ts';

/** One thing that pods need of this machine. */
export interface MachineRow {
  /** `kernel`, `runc`, `cannot prove`. */
  readonly name: string;
  /** Its version, when it has one. */
  readonly version?: string;
  /** What was found, one sentence or list per line. */
  readonly lines: readonly string[];
  /** `missing`: no pod can run without it. */
  readonly status: 'ok' | 'warning' | 'missing';
  /** How to get it, as a command that can be pasted. */
  readonly advice?: string;
}

/** What this machine can and cannot carry out and prove: the rows of `podproof doctor`. */
export interface MachineReport {
  readonly ready: boolean;
  readonly warnings: number;
  readonly rows: readonly MachineRow[];
}

/** Which runtime is meant, and where pods would lie. */
export interface MachineReportOptions {
  /** Name or path of the OCI runtime; `runc` unless told. */
  readonly runtime?: string | undefined;
  /** A directory on the file system that pods are to lie on. */
  readonly libDir: string;
}

export async function readMachineReport(options: MachineReportOptions): Promise<MachineReport> {
  const hierarchies = readCgroupHierarchies();
  const [kernel, runtime, monitor, plugins, pidInit] = await Promise.all([
    kernelRow(options.libDir),
    runtimeRow(options.runtime ?? 'runc', hierarchies),
    programRow('conmon', 'conmon', 'missing', []),
    pluginsRow(),
    programRow('catatonit', 'catatonit', 'warning', ['shareProcessNamespace: its init']),
  ]);
  const cgroups = cgroupsRow(hierarchies);
  const limits = limitsRow(readPlatform('containerd'));
  const rows = [kernel, runtime, monitor, plugins, cgroups, seccompRow(), pidInit, limits];
  const all = process.getuid?.() === 0 ? rows : [notRoot, ...rows];
  return {
    ready: all.every(({ status }) => status !== 'missing'),
    warnings: all.filter(({ status }) => status === 'warning').length,
    rows: all,
  };
}

const notRoot: MachineRow = {
  name: 'user',
  lines: ['not root: check and image work, running pods does not'],
  status: 'missing',
  advice: 'sudo podproof doctor',
};

async function kernelRow(libDir: string): Promise<MachineRow> {
  const fileSystems = readFileSync('/proc/filesystems', 'utf8');
  const overlay = fileSystems.includes('\toverlay\n') || existsSync('/sys/module/overlay');
  const seccomp = existsSync('/proc/sys/kernel/seccomp/actions_avail');
  const idMaps = await probeIdMaps(libDir);
  const version = release().split('-')[0] ?? release();
  return {
    name: 'kernel',
    version,
    lines: [
      `user namespaces ${idMaps.userNamespaces}, id-mapped mounts ${idMaps.mounts}`,
      `overlay ${yesNo(overlay)}, seccomp ${yesNo(seccomp)}`,
    ],
    status: overlay ? (seccomp && idMaps.ok ? 'ok' : 'warning') : 'missing',
    ...(overlay ? {} : { advice: 'modprobe overlay' }),
  };
}

interface IdMapProbe {
  readonly ok: boolean;
  readonly userNamespaces: string;
  readonly mounts: string;
}

/** Asks the kernel itself: a user namespace is made, and mounts are mapped into it. */
async function probeIdMaps(libDir: string): Promise<IdMapProbe> {
  try {
    const range = { hostId: idsPerPod, size: idsPerPod, owned: [] };
    return await withUserNamespace(range, (dir) => {
      const fd = openSync(`${dir}/user`, 'r');
      try {
        const here = canIdMap(existingParent(libDir), fd);
        const memory = canIdMap('/dev/shm', fd);
        const where = `${libDir} ${yesNo(here)}, tmpfs ${yesNo(memory)}`;
        return { ok: here && memory, userNamespaces: 'yes', mounts: here && memory ? 'yes' : where };
      } finally {
        closeSync(fd);
      }
    });
  } catch (error) {
    return { ok: false, userNamespaces: `no (${messageOf(error)})`, mounts: 'unknown' };
  }
}

async function runtimeRow(runtime: string, hierarchies: readonly CgroupHierarchy[]): Promise<MachineRow> {
  const program = findProgram(runtime);
  const name = runtime.split('/').at(-1) ?? runtime;
  if (program === undefined)
    return { name, lines: ['not installed'], status: 'missing', advice: `apt-get install ${name}` };
  const { stdout } = await runProgram(program, ['--version']);
  const version = /version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const problem = runtimeProblem(stdout, hierarchies);
  if (problem !== undefined)
    return { name, version, lines: [problem], status: 'missing', advice: 'use runc: leave out --runtime' };
  if (!stdout.startsWith('runc')) return { name, version, lines: ['works'], status: 'ok' };
  const idMaps = isAtLeast(version, [1, 2, 0]) ? [] : ['ignores id maps on mounts (podproof makes its own)'];
  const leak = describeDescriptorLeak(version, /commit: (\S+)/.exec(stdout)?.[1] ?? '');
  return { name, version, lines: [...idMaps, leak.line], status: leak.fixed ? 'ok' : 'warning' };
}

/** CVE-2024-21626, upstream's fix of January 2024; Debian 12 has it in a package of an older version. */
function describeDescriptorLeak(
  version: string,
  build: string,
): { readonly fixed: boolean; readonly line: string } {
  if (isAtLeast(version, [1, 1, 12])) return { fixed: true, line: 'CVE-2024-21626: fixed' };
  const patched = /^1\.1\.5\+ds1-1\+deb12u[1-9]/.test(build);
  return patched
    ? {
        fixed: true,
        line: `CVE-2024-21626: fixed in this package (${build}), though upstream's fix came with 1.1.12`,
      }
    : { fixed: false, line: "CVE-2024-21626: upstream's fix came with 1.1.12; ask your distribution" };
}

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split(/[^0-9]+/).map(Number);
  for (const [index, number] of wanted.entries()) {
    const part = parts[index] ?? 0;
    if (part !== number) return part > number;
  }
  return true;
}

async function programRow(
  name: string,
  packageName: string,
  whenMissing: 'missing' | 'warning',
  lines: readonly string[],
): Promise<MachineRow> {
  const program = findProgram(name);
  if (program === undefined)
    return {
      name,
      lines: ['not installed', ...lines],
      status: whenMissing,
      advice: `apt-get install ${packageName}`,
    };
  const { stdout, stderr } = await runProgram(program, ['--version']);
  const version = /\d+\.\d+(\.\d+)?/.exec(stdout + stderr)?.[0];
  return { name, lines, status: 'ok', ...(version === undefined ? {} : { version }) };
}

async function pluginsRow(): Promise<MachineRow> {
  const missing = neededPlugins.filter((type) => findPlugin(type) === undefined);
  const name = 'CNI plugins';
  const bridge = findPlugin('bridge');
  if (missing.length > 0 || bridge === undefined)
    return {
      name,
      lines: [`not installed: ${missing.join(', ')}; only pods with hostNetwork can run`],
      status: 'missing',
      advice: 'apt-get install containernetworking-plugins',
    };
  const lines = [neededPlugins.join(', '), describeForwarding(readText('/proc/sys/net/ipv4/ip_forward'))];
  return { name, version: await readPluginVersion(bridge), lines, status: 'ok' };
}

/** The bridge plugin turns it on for the whole machine, and nobody can know whether it may be turned off again. */
export function describeForwarding(ipForward: string): string {
  return ipForward === '0'
    ? 'net.ipv4.ip_forward is 0: the first pod with a network sets it to 1, and it stays so'
    : 'net.ipv4.ip_forward is 1, as pods with a network need it; podproof never sets it back';
}

const usedControllers = ['memory', 'cpu', 'pids'];

function cgroupsRow(hierarchies: readonly CgroupHierarchy[]): MachineRow {
  const first = hierarchies.filter(({ version }) => version === 1);
  const unified = hierarchies.find(({ version }) => version === 2);
  const controllers =
    first.length > 0
      ? first.flatMap((hierarchy) => hierarchy.controllers)
      : readControllers(unified?.mountPoint ?? '');
  const carried = usedControllers.filter((controller) => controllers.includes(controller));
  const missing = usedControllers.filter((controller) => !controllers.includes(controller));
  const layout = first.length === 0 ? 'v2' : unified === undefined ? 'v1' : 'v1 hybrid';
  return {
    name: 'cgroups',
    version: hierarchies.length === 0 ? 'none' : layout,
    lines: [
      `limits carried out: ${carried.join(', ') || 'none'}`,
      ...(missing.length === 0 ? [] : [`not available: ${missing.join(', ')}`]),
    ],
    status: missing.length === 0 ? 'ok' : 'warning',
  };
}

function readControllers(mountPoint: string): readonly string[] {
  return readText(`${mountPoint}/cgroup.controllers`).split(' ').filter(Boolean);
}

/** Empty when there is no such file. */
function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}

function seccompRow(): MachineRow {
  const path = '/usr/share/containers/seccomp.json';
  return existsSync(path)
    ? {
        name: 'seccomp',
        lines: [`RuntimeDefault is ${path}, which is neither containerd's filter nor CRI-O's`],
        status: 'ok',
      }
    : {
        name: 'seccomp',
        lines: [`no ${path}: pods that ask for RuntimeDefault are refused`],
        status: 'warning',
        advice: 'apt-get install golang-github-containers-common',
      };
}

function limitsRow(platform: Platform): MachineRow {
  const lacking = [
    ...(platform.appArmor ? [] : ['AppArmor (not in this kernel)']),
    ...(platform.seLinux ? [] : ['SELinux (no policy)']),
    ...(platform.canRaiseLimits ? [] : ['raised rlimits (no CAP_SYS_RESOURCE)']),
  ];
  return {
    name: 'cannot prove',
    lines: [lacking.length === 0 ? 'nothing: all that podproof knows is here' : lacking.join(', ')],
    status: platform.canRaiseLimits ? 'ok' : 'warning',
  };
}

function yesNo(value: boolean): 'yes' | 'no' {
  return value ? 'yes' : 'no';
}
