import { existsSync, readFileSync } from 'node:fs';
import type { LsmConfinement } from '../../confinement/confinement.ts';
import { readOptionalProcFile } from './proc-file.ts';

/** AppArmor's label without its mode: `docker-default (enforce)` is `docker-default`. */
export function observeAppArmor(pid: number): LsmConfinement {
  if (!isAppArmorEnabled()) return { mode: 'none' };
  const text =
    readOptionalProcFile(pid, 'attr/apparmor/current') ?? readOptionalProcFile(pid, 'attr/current');
  const label = text
    ?.replace(/\0/g, '')
    .trim()
    .replace(/ \((enforce|complain|kill|unconfined|mixed|user)\)$/, '');
  if (label === undefined || label === '' || label === 'unconfined') return { mode: 'unconfined' };
  return { mode: 'label', label };
}

export function observeSeLinux(pid: number): LsmConfinement {
  if (!existsSync('/sys/fs/selinux/enforce')) return { mode: 'none' };
  const label = readOptionalProcFile(pid, 'attr/current')?.replace(/\0/g, '').trim() ?? '';
  return label === '' || label.includes(':unconfined_t:') ? { mode: 'unconfined' } : { mode: 'label', label };
}

function isAppArmorEnabled(): boolean {
  try {
    return readFileSync('/sys/module/apparmor/parameters/enabled', 'utf8').startsWith('Y');
  } catch {
    return false;
  }
}
