import { readFileSync } from 'node:fs';

let known: string | undefined;

/** The kernel's name for the machine's boot: processes and mounts of another one are gone. */
export function bootId(): string {
  known ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return known;
}
