import type { PodSpec } from '../pod.ts';
import { eachContainer } from './each-container.ts';
import type { FieldErrors } from './field-errors.ts';
import { SPEC } from './place.ts';

/** A pod with a user namespace of its own must not share other namespaces, nor use devices: they cannot be id-mapped. */
export function validateHostUsers(errors: FieldErrors, spec: PodSpec): void {
  if (spec.hostUsers !== false) return;
  const detail = 'when `hostUsers` is false';
  if (spec.hostNetwork === true) errors.forbidden(SPEC.at('hostNetwork'), detail);
  // Upstream spells these two like its Go fields.
  if (spec.hostPID === true) errors.forbidden(SPEC.at('hostPID').namedAs(SPEC.at('HostPID')), detail);
  if (spec.hostIPC === true) errors.forbidden(SPEC.at('hostIPC').namedAs(SPEC.at('HostIPC')), detail);
  eachContainer(spec, ({ volumeDevices = [] }, place) => {
    if (volumeDevices.length > 0) errors.forbidden(place.at('volumeDevices'), detail);
  });
}
