import type { DefaultedPod } from './defaults.ts';
import { type FieldError, forbidden } from './field-error.ts';
import { validateAppArmorAnnotations } from './validation/annotations.ts';
import { validateContainers } from './validation/containers.ts';
import { validateHostUsers } from './validation/host-users.ts';
import { validateMetadata, validateTemplateMetadata } from './validation/metadata.ts';
import { validatePodFields } from './validation/pod-fields.ts';
import { validateHostNetworkPorts } from './validation/ports.ts';
import { validatePodResources } from './validation/resources.ts';
import type { Errors } from './validation/rules.ts';
import { validatePodSecurityContext } from './validation/security-context.ts';
import { validateVolumes } from './validation/volumes.ts';
import { validateOs } from './validation/windows.ts';

/**
 * What the API server would refuse a new pod for, with its texts. Paths start at the pod. Ephemeral containers are
 * judged as if they were added to it.
 */
export function validatePod(pod: DefaultedPod): readonly FieldError[] {
  return [...validateMetadata(pod), ...validateSpec(pod)];
}

/** The same for the pod of a template: its name is the controller's business, and it has no ephemeral containers. */
export function validatePodTemplate(pod: DefaultedPod): readonly FieldError[] {
  const errors = [...validateTemplateMetadata(pod.metadata), ...validateSpec(pod)];
  if ((pod.spec.ephemeralContainers ?? []).length > 0) {
    errors.push(
      forbidden(['spec', 'ephemeralContainers'], 'ephemeral containers not allowed in pod template'),
    );
  }
  return errors;
}

function* validateSpec(pod: DefaultedPod): Errors {
  const { spec } = pod;
  yield* validateVolumes(spec.volumes);
  yield* validateContainers(spec);
  yield* validatePodResources(spec);
  yield* validateHostNetworkPorts(spec);
  yield* validatePodSecurityContext(spec);
  yield* validatePodFields(spec);
  yield* validateHostUsers(spec);
  yield* validateOs(spec);
  yield* validateAppArmorAnnotations(pod);
}
