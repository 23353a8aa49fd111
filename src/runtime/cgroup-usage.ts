import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CgroupHierarchy, countOutOfMemoryKills } from './cgroups.ts';

/** What a cgroup has used. Undefined members: this machine does not count them. */
export interface CgroupUsage {
  readonly memoryUsageBytes: number | undefined;
  /** Without the part of the page cache that the kernel can take back at once. */
  readonly memoryWorkingSetBytes: number | undefined;
  readonly cpuSeconds: number | undefined;
  readonly outOfMemoryKills: number;
}

/** Reads it from whatever hierarchies have it; `path` is below their roots: `/podproof/POD/web-0`. */
export function readCgroupUsage(hierarchies: readonly CgroupHierarchy[], path: string): CgroupUsage {
  const memory = readMemory(hierarchies, path);
  return {
    memoryUsageBytes: memory?.usage,
    memoryWorkingSetBytes: memory && Math.max(0, memory.usage - memory.inactive),
    cpuSeconds: readCpuSeconds(hierarchies, path),
    outOfMemoryKills: countOutOfMemoryKills(hierarchies, path),
  };
}

interface Memory {
  readonly usage: number;
  readonly inactive: number;
}

function readMemory(hierarchies: readonly CgroupHierarchy[], path: string): Memory | undefined {
  const first = directoryOf(hierarchies, 'memory', path);
  if (first !== undefined) {
    const usage = readNumber(join(first, 'memory.usage_in_bytes'));
    const inactive = readKeyed(join(first, 'memory.stat'), 'total_inactive_file');
    return usage === undefined ? undefined : { usage, inactive: inactive ?? 0 };
  }
  for (const directory of unifiedDirectories(hierarchies, path)) {
    const usage = readNumber(join(directory, 'memory.current'));
    const inactive = readKeyed(join(directory, 'memory.stat'), 'inactive_file');
    if (usage !== undefined) return { usage, inactive: inactive ?? 0 };
  }
  return undefined;
}

const nanoseconds = 1e9;
const microseconds = 1e6;

function readCpuSeconds(hierarchies: readonly CgroupHierarchy[], path: string): number | undefined {
  const first = directoryOf(hierarchies, 'cpuacct', path);
  const used = first === undefined ? undefined : readNumber(join(first, 'cpuacct.usage'));
  if (used !== undefined) return used / nanoseconds;
  for (const directory of unifiedDirectories(hierarchies, path)) {
    const usec = readKeyed(join(directory, 'cpu.stat'), 'usage_usec');
    if (usec !== undefined) return usec / microseconds;
  }
  return undefined;
}

function directoryOf(
  hierarchies: readonly CgroupHierarchy[],
  controller: string,
  path: string,
): string | undefined {
  const found = hierarchies.find(({ controllers }) => controllers.includes(controller));
  return found === undefined ? undefined : join(found.mountPoint, path);
}

function unifiedDirectories(hierarchies: readonly CgroupHierarchy[], path: string): readonly string[] {
  return hierarchies.flatMap(({ version, mountPoint }) => (version === 2 ? [join(mountPoint, path)] : []));
}

function readNumber(file: string): number | undefined {
  const text = readText(file)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The number behind a word at the beginning of a line. */
function readKeyed(file: string, key: string): number | undefined {
  const line = readText(file)
    ?.split('\n')
    .find((candidate) => candidate.startsWith(`${key} `));
  return line === undefined ? undefined : Number(line.slice(key.length + 1));
}

/** Undefined when it is not there, or not any more. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
