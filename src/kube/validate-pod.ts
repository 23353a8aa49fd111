import type { DefaultedPod } from './defaults.ts';
import type { FieldError } from './field-error.ts';
import { validateAppArmorAnnotations } from './validation/annotations.ts';
import { validateContainers } from './validation/containers.ts';
import { FieldErrors } from './validation/field-errors.ts';
import { validateHostUsers } from './validation/host-users.ts';
import { validateMetadata, validateTemplateMetadata } from './validation/metadata.ts';
import { SPEC } from './validation/place.ts';
import { validatePodFields } from './validation/pod-fields.ts';
import { validateHostNetworkPorts } from './validation/ports.ts';
import { validatePodResources } from './validation/resources.ts';
import { validatePodSecurityContext } from './validation/security-context.ts';
import { validateVolumes } from './validation/volumes.ts';
import { validateOs } from './validation/windows.ts';

/**
 * What the API server would refuse a new pod for, with its texts. Paths start at the pod. Ephemeral containers are
 * judged as if they were added to it.
 */
export function validatePod(pod: DefaultedPod): readonly FieldError[] {
  const errors = new FieldErrors();
  validateMetadata(errors, pod);
  validateSpec(errors, pod);
  return errors.found;
}

/** The same for the pod of a template: its name is the controller's business, and it has no ephemeral containers. */
export function validatePodTemplate(pod: DefaultedPod): readonly FieldError[] {
  const errors = new FieldErrors();
  validateTemplateMetadata(errors, pod.metadata);
  validateSpec(errors, pod);
  const { ephemeralContainers = [] } = pod.spec;
  if (ephemeralContainers.length > 0) {
    const detail = 'ephemeral containers not allowed in pod template';
    errors.forbidden(SPEC.at('ephemeralContainers'), detail);
  }
  return errors.found;
}

function validateSpec(errors: FieldErrors, pod: DefaultedPod): void {
  const { spec } = pod;
  validateVolumes(errors, spec.volumes);
  validateContainers(errors, spec);
  validatePodResources(errors, spec);
  validateHostNetworkPorts(errors, spec);
  validatePodSecurityContext(errors, spec);
  validatePodFields(errors, spec);
  validateHostUsers(errors, spec);
  validateOs(errors, spec);
  validateAppArmorAnnotations(errors, pod);
}
