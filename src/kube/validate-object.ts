import { applyDefaults } from './defaults.ts';
import { type FieldError, prefixed } from './field-error.ts';
import type { KubeObject } from './meta.ts';
import { validatePod, validatePodTemplate } from './validate-pod.ts';
import { validateData } from './validation/data.ts';
import { validateMetadata } from './validation/metadata.ts';
import { validateWorkload } from './validation/workload-rules.ts';
import { isPod, isWorkloadObject, podTemplateOf } from './workload.ts';

/** What the API server would refuse a decoded object for. Paths start at the object. */
export function validateObject(object: KubeObject): readonly FieldError[] {
  if (isPod(object)) return validatePod(applyDefaults(object));
  const errors = [...validateMetadata(object), ...validateData(object)];
  if (isWorkloadObject(object)) errors.push(...validateWorkload(object));
  const found = podTemplateOf(object);
  if (found === undefined) return errors;
  const pod = validatePodTemplate(applyDefaults(found.pod));
  return [...errors, ...pod.map((it) => prefixed(it, found.templatePath))];
}
