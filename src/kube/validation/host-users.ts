import { forbidden } from '../field-error.ts';
import type { PodSpec } from '../pod.ts';
import { allContainers } from './all-containers.ts';
import type { Errors } from './rules.ts';

/** A pod with a user namespace of its own must not share other namespaces, nor use devices: they cannot be id-mapped. */
export function* validateHostUsers(spec: PodSpec): Errors {
  if (spec.hostUsers !== false) return;
  const detail = 'when `hostUsers` is false';
  if (spec.hostNetwork === true) yield forbidden(['spec', 'hostNetwork'], detail);
  // Upstream spells these two like its Go fields.
  if (spec.hostPID === true) yield { ...forbidden(['spec', 'HostPID'], detail), at: ['spec', 'hostPID'] };
  if (spec.hostIPC === true) yield { ...forbidden(['spec', 'HostIPC'], detail), at: ['spec', 'hostIPC'] };
  for (const { container, path } of allContainers(spec)) {
    if ((container.volumeDevices ?? []).length > 0) yield forbidden([...path, 'volumeDevices'], detail);
  }
}
