import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCodeOf } from '../../core/errors.ts';
import { type MountInfo, parseMountInfo } from '../../linux/mount-info.ts';
import { parseCgroups } from '../../linux/proc-cgroup.ts';
import type { CgroupValue, ObservedCgroup } from '../observation.ts';
import { readProcFile } from './proc-file.ts';

/** Version 1 writes the largest multiple of the page size where nobody set a limit. */
const NO_LIMIT_V1 = 2 ** 62;

/** The process's cgroups and what limits they set. In the hybrid layout the controllers are on version 1. */
export function observeCgroup(pid: number): ObservedCgroup {
  const directories = cgroupDirectories(
    readProcFile(pid, 'cgroup'),
    parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')),
  );
  const { '': unified, ...version1 } = directories;
  const hasVersion1 = Object.keys(version1).some((controller) => !controller.startsWith('name='));
  if (hasVersion1 || unified === undefined)
    return { version: 1, directories: version1, ...limitsV1(version1) };
  return { version: 2, directories: { '': unified }, ...limitsV2(unified) };
}

/** The lines of `devices.list`: null where access is decided by a program that the kernel does not show. */
export function observeDeviceRules(cgroup: ObservedCgroup): readonly string[] | null {
  const directory = cgroup.directories['devices'];
  if (directory === undefined) return null;
  return readOptional(join(directory, 'devices.list'))?.split('\n').filter(Boolean) ?? null;
}

/** Where each of the process's cgroups lies on this machine, by controller; version 2 under the empty name. */
export function cgroupDirectories(
  text: string,
  mounts: readonly MountInfo[],
): Readonly<Record<string, string>> {
  const directories: Record<string, string> = {};
  for (const { controllers, path } of parseCgroups(text)) {
    for (const controller of controllers.length === 0 ? [''] : controllers) {
      const mount = mounts.find((candidate) => carries(candidate, controller));
      if (mount !== undefined) directories[controller] = join(mount.mountPoint, relativeTo(mount.root, path));
    }
  }
  return directories;
}

function carries(mount: MountInfo, controller: string): boolean {
  if (controller === '') return mount.fsType === 'cgroup2';
  return mount.fsType === 'cgroup' && mount.superOptions.includes(controller);
}

/** A hierarchy may be mounted from a cgroup below its root, as it is in a container. */
function relativeTo(root: string, path: string): string {
  const below =
    root !== '/' && (path === root || path.startsWith(`${root}/`)) ? path.slice(root.length) : path;
  return below === '/' ? '' : below;
}

type Limits = Omit<ObservedCgroup, 'version' | 'directories'>;

function limitsV1(directories: Readonly<Record<string, string>>): Limits {
  return {
    memoryLimit: readValue(directories['memory'], 'memory.limit_in_bytes', unlessHuge),
    cpuShares: readValue(directories['cpu'], 'cpu.shares', Number),
    cpuWeight: undefined,
    cpuQuotaUs: readValue(directories['cpu'], 'cpu.cfs_quota_us', unlessNegative),
    cpuPeriodUs: readValue(directories['cpu'], 'cpu.cfs_period_us', Number),
    pidsLimit: readValue(directories['pids'], 'pids.max', maxOrNumber),
    hugepageLimits: hugepageLimits(directories['hugetlb'], 'limit_in_bytes', unlessHuge),
  };
}

function limitsV2(directory: string): Limits {
  return {
    memoryLimit: readValue(directory, 'memory.max', maxOrNumber),
    cpuShares: undefined,
    cpuWeight: readValue(directory, 'cpu.weight', Number),
    cpuQuotaUs: readValue(directory, 'cpu.max', (text) => maxOrNumber(text.split(' ')[0] ?? '')),
    cpuPeriodUs: readValue(directory, 'cpu.max', (text) => Number(text.split(' ')[1])),
    pidsLimit: readValue(directory, 'pids.max', maxOrNumber),
    hugepageLimits: hugepageLimits(directory, 'max', maxOrNumber),
  };
}

function hugepageLimits(
  directory: string | undefined,
  suffix: string,
  parse: (text: string) => number | null,
): Readonly<Record<string, CgroupValue<number | null>>> {
  const limits: Record<string, CgroupValue<number | null>> = {};
  for (const name of directory === undefined ? [] : namesIn(directory)) {
    const pageSize = new RegExp(`^hugetlb\\.([0-9]+[KMG]B)\\.${suffix}$`).exec(name)?.[1];
    const value = pageSize === undefined ? undefined : readValue(directory, name, parse);
    if (pageSize !== undefined && value !== undefined) limits[pageSize] = value;
  }
  return limits;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function unlessHuge(text: string): number | null {
  return Number(text) >= NO_LIMIT_V1 ? null : Number(text);
}

function unlessNegative(text: string): number | null {
  return Number(text) < 0 ? null : Number(text);
}

function maxOrNumber(text: string): number | null {
  return text === 'max' ? null : Number(text);
}

function readValue<Value>(
  directory: string | undefined,
  name: string,
  parse: (text: string) => Value,
): CgroupValue<Value> | undefined {
  if (directory === undefined) return undefined;
  const file = join(directory, name);
  const text = readOptional(file);
  return text === undefined ? undefined : { value: parse(text.trim()), file };
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENODEV', 'EACCES', 'EOPNOTSUPP'].includes(systemCodeOf(error) ?? '')) return undefined;
    throw error;
  }
}
