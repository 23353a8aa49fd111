import type { DefaultedPod } from '../defaults.ts';
import type { FieldError } from './field-error.ts';

/** What the API server would refuse the pod for, with its texts. The pod must have been defaulted. */
export function validatePod(pod: DefaultedPod): readonly FieldError[] {
  void pod;
  return [];
}
