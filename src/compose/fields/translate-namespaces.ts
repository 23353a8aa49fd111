import { POD_SECURITY, type ServiceDraft } from '../service-draft.ts';

/** Namespaces that Docker can share with the host, and the pod's field for it. */
const HOST_NAMESPACES = [
  { field: 'network_mode', pod: 'hostNetwork' },
  { field: 'pid', pod: 'hostPID' },
  { field: 'ipc', pod: 'hostIPC' },
  { field: 'userns_mode', pod: 'hostUsers' },
] as const;

/** `network_mode`, `pid`, `ipc`, `uts`, `userns_mode`, `cgroup`, `cgroup_parent`, `runtime`, `sysctls`. */
export function translateNamespaces(draft: ServiceDraft): void {
  for (const { field, pod } of HOST_NAMESPACES) {
    const value = draft.text(field) ?? '';
    if (value === 'host') draft.write(['spec', pod], true, [field]);
    else if (/^(?:service|container):/.test(value)) tellShared(draft, field, value);
  }
  for (const field of ['uts', 'cgroup']) {
    if (draft.text(field) === 'host') tellUnsaid(draft, field, `the host's ${field} namespace`);
  }
  if ((draft.text('cgroup_parent') ?? '') !== '')
    tellUnsaid(draft, 'cgroup_parent', 'a cgroup of its own choice');
  const runtime = draft.text('runtime') ?? '';
  if (runtime !== '' && runtime !== 'runc') draft.write(['spec', 'runtimeClassName'], runtime, ['runtime']);
  for (const { key, value = '', at } of draft.pairs(['sysctls'])) {
    draft.append([...POD_SECURITY, 'sysctls'], { name: key, value }, at);
  }
}

function tellShared(draft: ServiceDraft, field: string, value: string): void {
  const shown = value.length > 60 ? `${value.slice(0, 60)}...` : value;
  const message = `shares a namespace with ${shown.replace(':', ' ')}: in Kubernetes the two are containers of one pod`;
  draft.tell({ severity: 'warning', code: 'compose-shared-namespace', message }, [field]);
}

function tellUnsaid(draft: ServiceDraft, field: string, what: string): void {
  const message = `a pod cannot have ${what}: this is not judged`;
  draft.tell({ severity: 'warning', code: 'compose-no-counterpart', message }, [field]);
}
