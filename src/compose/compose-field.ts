import type { FieldPath } from '../core/field-path.ts';
import { originKey, type ServicePath } from './service-draft.ts';

const CONTAINER = 'spec/containers/0';

/** Where a field of the pod would stand in a service that does not have it yet. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ...['spec/securityContext', `${CONTAINER}/securityContext`].flatMap((context): [string, string][] => [
    [`${context}/runAsNonRoot`, 'user'],
    [`${context}/runAsUser`, 'user'],
    [`${context}/runAsGroup`, 'user'],
    [`${context}/supplementalGroups`, 'group_add'],
    [`${context}/seccompProfile`, 'security_opt'],
    [`${context}/appArmorProfile`, 'security_opt'],
    [`${context}/seLinuxOptions`, 'security_opt'],
    [`${context}/allowPrivilegeEscalation`, 'security_opt'],
    [`${context}/procMount`, 'security_opt'],
    [`${context}/sysctls`, 'sysctls'],
    [`${context}/privileged`, 'privileged'],
    [`${context}/readOnlyRootFilesystem`, 'read_only'],
    [`${context}/capabilities`, 'cap_drop'],
    [`${context}/capabilities/add`, 'cap_add'],
  ]),
  ['spec/hostNetwork', 'network_mode'],
  ['spec/hostPID', 'pid'],
  ['spec/hostIPC', 'ipc'],
  ['spec/hostUsers', 'userns_mode'],
  ['spec/volumes', 'volumes'],
  [`${CONTAINER}/volumeMounts`, 'volumes'],
  [`${CONTAINER}/ports`, 'ports'],
  [`${CONTAINER}/image`, 'image'],
  [`${CONTAINER}/command`, 'entrypoint'],
  [`${CONTAINER}/args`, 'command'],
  [`${CONTAINER}/env`, 'environment'],
  [`${CONTAINER}/workingDir`, 'working_dir'],
  [`${CONTAINER}/resources/limits/memory`, 'mem_limit'],
  [`${CONTAINER}/resources/requests/memory`, 'mem_reservation'],
  [`${CONTAINER}/resources/limits/cpu`, 'cpus'],
]);

/** The place in the Compose file that a field of the pod comes from, or would come from; the service when nobody knows. */
export function composeField(
  path: FieldPath,
  service: string,
  origins: ReadonlyMap<string, ServicePath>,
): FieldPath {
  if (isComposePath(path)) return path;
  for (let end = path.length; end > 0; end -= 1) {
    const key = originKey(path.slice(0, end));
    const origin = origins.get(key) ?? fieldAt(key);
    if (origin !== undefined) return ['services', service, ...origin];
  }
  return ['services', service];
}

/** Whether a path is one of the Compose file already. */
export function isComposePath(path: FieldPath): boolean {
  return path[0] === 'services';
}

function fieldAt(key: string): ServicePath | undefined {
  const field = FIELDS.get(key);
  return field === undefined ? undefined : [field];
}
