import type { FieldPath } from '../../core/field-path.ts';
import { duplicate, invalid } from '../field-error.ts';
import type { PodSpec } from '../pod.ts';
import { type Errors, each, requireText } from './rules.ts';

const MAX_LENGTH = 253;
const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const NAME = `^(${SEGMENT}[\\./])*${SEGMENT}$`;

export function* validateSysctls(spec: PodSpec, path: FieldPath): Errors {
  const names = new Set<string>();
  for (const [{ name }, place] of each(spec.securityContext?.sysctls, path)) {
    const namePath = [...place, 'name'];
    yield* requireText(name, namePath);
    if (name !== '' && (name.length > MAX_LENGTH || !new RegExp(NAME).test(name))) {
      yield invalid(namePath, name, `must have at most ${MAX_LENGTH} characters and match regex ${NAME}`);
    } else if (names.has(name)) {
      yield duplicate(namePath, name);
    }
    yield* checkHostNamespace(spec, name, namePath);
    names.add(name);
  }
}

/** A pod that shares a namespace of the host must not change what belongs to it. */
function* checkHostNamespace(spec: PodSpec, name: string, path: FieldPath): Errors {
  const namespace = namespaceOfSysctl(name);
  if (spec.hostNetwork === true && namespace === 'net') {
    yield invalid(path, name, "may not be specified when 'hostNetwork' is true");
  } else if (spec.hostIPC === true && namespace === 'ipc') {
    yield invalid(path, name, "may not be specified when 'hostIPC' is true");
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
