import type { PodSpec } from '../pod.ts';
import type { FieldErrors } from './field-errors.ts';
import type { Place } from './place.ts';
import { each, requireText } from './rules.ts';

const MAX_LENGTH = 253;
const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const PATTERN = `^(${SEGMENT}[\\./])*${SEGMENT}$`;
const NAME = new RegExp(PATTERN);

export function validateSysctls(errors: FieldErrors, spec: PodSpec, list: Place): void {
  const sysctls = spec.securityContext?.sysctls;
  if (sysctls === undefined) return;
  const names = new Set<string>();
  each(sysctls, list, ({ name }, item) => {
    const place = item.at('name');
    requireText(errors, name, place);
    if (name !== '' && (name.length > MAX_LENGTH || !NAME.test(name))) {
      errors.invalid(place, name, `must have at most ${MAX_LENGTH} characters and match regex ${PATTERN}`);
    } else if (names.has(name)) {
      errors.duplicate(place, name);
    }
    checkHostNamespace(errors, spec, name, place);
    names.add(name);
  });
}

/** A pod that shares a namespace of the host must not change what belongs to it. */
function checkHostNamespace(errors: FieldErrors, spec: PodSpec, name: string, place: Place): void {
  const namespace = namespaceOfSysctl(name);
  if (spec.hostNetwork === true && namespace === 'net') {
    errors.invalid(place, name, "may not be specified when 'hostNetwork' is true");
  } else if (spec.hostIPC === true && namespace === 'ipc') {
    errors.invalid(place, name, "may not be specified when 'hostIPC' is true");
  }
}

const IPC_SYSCTLS: ReadonlySet<string> = new Set([
  'kernel.sem',
  'kernel.shm',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
  'kernel.msg',
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
]);

/** The namespace that a sysctl belongs to; undefined when Kubernetes knows none. Also written with slashes. */
function namespaceOfSysctl(sysctl: string): 'ipc' | 'net' | undefined {
  const name = withDots(sysctl).split('*', 1)[0] ?? '';
  if (IPC_SYSCTLS.has(name) || name.startsWith('fs.mqueue.')) return 'ipc';
  return name.startsWith('net.') ? 'net' : undefined;
}

/** sysctl(8): when the first separator is a slash, slashes separate and dots are part of the names. */
function withDots(sysctl: string): string {
  const first = /[./]/.exec(sysctl)?.[0];
  return first === '/' ? sysctl.replace(/[./]/g, (it) => (it === '/' ? '.' : '/')) : sysctl;
}
