import { formatFieldPath } from '../../src/core/field-path.ts';
import type { ObjectMeta } from '../../src/kube/meta.ts';
import type { PodSpec } from '../../src/kube/pod.ts';
import type { Check } from '../../src/policy/check.ts';
import { evaluatePod } from '../../src/policy/evaluate-pod.ts';
import type { PolicyVersion } from '../../src/policy/level-version.ts';

/** What one check says of a pod at its own level: `allowed`, `not evaluated`, or its texts and fields. */
export function verdictOf(
  check: Check,
  version: PolicyVersion,
  spec: Partial<PodSpec>,
  metadata: ObjectMeta = {},
): 'allowed' | 'not evaluated' | { readonly text: string; readonly fields: readonly string[] } {
  const { results } = evaluatePod(check.level, version, metadata, { containers: [], ...spec });
  const result = results.find(({ id }) => id === check.id);
  if (result === undefined) return 'not evaluated';
  if (result.allowed) return 'allowed';
  return { text: `${result.reason} (${result.detail})`, fields: result.fields.map(formatFieldPath) };
}
