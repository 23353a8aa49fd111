import { applyDefaults } from './defaults.ts';
import { type FieldError, prefixed } from './field-error.ts';
import type { KubeObject } from './meta.ts';
import { validatePod, validatePodTemplate } from './validate-pod.ts';
import { validateData } from './validation/data.ts';
import { FieldErrors } from './validation/field-errors.ts';
import { validateMetadata } from './validation/metadata.ts';
import { validateWorkload } from './validation/workload-rules.ts';
import { isPod, isWorkloadObject, podTemplateOf } from './workload.ts';

/** What the API server would refuse a decoded object for. Paths start at the object. */
export function validateObject(object: KubeObject): readonly FieldError[] {
  if (isPod(object)) return validatePod(applyDefaults(object));
  const errors = new FieldErrors();
  validateMetadata(errors, object);
  validateData(errors, object);
  if (isWorkloadObject(object)) validateWorkload(errors, object);
  const template = podTemplateOf(object);
  if (template === undefined) return errors.found;
  const ofPod = validatePodTemplate(applyDefaults(template.pod));
  return [...errors.found, ...ofPod.map((it) => prefixed(it, template.templatePath))];
}
