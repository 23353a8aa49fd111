import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { parseCapabilityMask } from '../confinement/capability.ts';
import type { Profile } from '../confinement/confinement.ts';
import type { Platform } from '../confinement/platform.ts';
import { parseLimits } from '../linux/proc-limits.ts';
import { parseProcStatus } from '../linux/proc-status.ts';
import { cgroupVersionOf, readCgroupHierarchies } from './cgroups.ts';

/** This machine, as the pods that it runs will find it. */
export function readPlatform(profile: Profile): Platform {
  const status = parseProcStatus(readFileSync('/proc/self/status', 'utf8'));
  const capabilities = parseCapabilityMask(status.capabilities.bounding);
  return {
    profile,
    capabilities,
    cgroupVersion: cgroupVersionOf(readCgroupHierarchies()),
    appArmor: isOn('/sys/module/apparmor/parameters/enabled'),
    seLinux: existsSync('/sys/fs/selinux/enforce'),
    userNamespaces: existsSync('/proc/self/ns/user') && readNumber('/proc/sys/user/max_user_namespaces') > 0,
    canRaiseLimits: capabilities.includes('SYS_RESOURCE'),
    oomScoreAdj: readNumber('/proc/self/oom_score_adj'),
    memoryCapacityBytes: totalmem(),
    rlimits: parseLimits(readFileSync('/proc/self/limits', 'utf8')),
    thermalThrottlePaths: readThermalThrottlePaths(),
    kubelet: { seccompDefault: false, allowedUnsafeSysctls: [] },
  };
}

const cpuDir = '/sys/devices/system/cpu';

function readThermalThrottlePaths(): readonly string[] {
  return readdirSync(cpuDir)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => `${cpuDir}/${name}/thermal_throttle`)
    .filter((path) => existsSync(path));
}

function isOn(path: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8').startsWith('Y');
}

function readNumber(path: string): number {
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
}
