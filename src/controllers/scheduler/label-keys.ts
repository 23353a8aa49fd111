import type { LabelSelector } from '../../kube/meta.ts';
import type { Pod } from '../../kube/pod.ts';

/**
 * A selector that asks for the pod's own values of some labels as well (`matchLabelKeys`), or for others than those.
 * A label that the pod does not have asks for nothing, and without a selector nothing is selected, as upstream.
 */
export function withLabelKeys(
  selector: LabelSelector | undefined,
  keys: readonly string[] = [],
  { metadata }: Pod,
  operator: 'In' | 'NotIn',
): LabelSelector | undefined {
  const asked = keys.flatMap((key) => {
    const value = metadata.labels?.[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
  if (selector === undefined || asked.length === 0) return selector;
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...asked] };
}
