import { applyDefaults } from '../defaults.ts';
import type { KubeObject } from '../meta.ts';
import { podTemplateOf } from '../workload.ts';
import { type FieldError, prefixed } from './field-error.ts';
import { validatePod } from './validate-pod.ts';

/** What the API server would refuse a decoded object for. Paths start at the object. */
export function validateObject(object: KubeObject): readonly FieldError[] {
  const found = podTemplateOf(object);
  if (found === undefined) return [];
  return validatePod(applyDefaults(found.pod)).map((it) => prefixed(it, found.templatePath));
}
