/** The capabilities of Linux by number (linux/capability.h), without their `CAP_` prefix, as Kubernetes writes them. */
export const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_ADMIN',
  'NET_RAW',
  'IPC_LOCK',
  'IPC_OWNER',
  'SYS_MODULE',
  'SYS_RAWIO',
  'SYS_CHROOT',
  'SYS_PTRACE',
  'SYS_PACCT',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_NICE',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'MKNOD',
  'LEASE',
  'AUDIT_WRITE',
  'AUDIT_CONTROL',
  'SETFCAP',
  'MAC_OVERRIDE',
  'MAC_ADMIN',
  'SYSLOG',
  'WAKE_ALARM',
  'BLOCK_SUSPEND',
  'AUDIT_READ',
  'PERFMON',
  'BPF',
  'CHECKPOINT_RESTORE',
] as const;

export type Capability = (typeof CAPABILITIES)[number];

/** The set behind a mask as `/proc/PID/status` prints it: 16 hexadecimal digits, bit N for capability number N. */
export function parseCapabilityMask(mask: string): readonly Capability[] {
  const bits = BigInt(`0x${mask}`);
  return CAPABILITIES.filter((_, number) => ((bits >> BigInt(number)) & 1n) === 1n);
}

/** The inverse of `parseCapabilityMask`. */
export function formatCapabilityMask(capabilities: readonly Capability[]): string {
  let bits = 0n;
  for (const capability of capabilities) bits |= 1n << BigInt(CAPABILITIES.indexOf(capability));
  return bits.toString(16).padStart(16, '0');
}

/** The same capabilities, each once, by number. */
export function sortCapabilities(capabilities: Iterable<Capability>): readonly Capability[] {
  const set = new Set(capabilities);
  return CAPABILITIES.filter((capability) => set.has(capability));
}
