import type { Taint } from '../../kube/cluster-node.ts';
import type { Toleration } from '../../kube/scheduling.ts';

/** The first taint that keeps pods away and that none of the tolerations is for. */
export function untoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): Taint | undefined {
  return taints.find(
    (taint) =>
      (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') &&
      !tolerations.some((it) => tolerates(it, taint)),
  );
}

/** An empty key with `Exists` tolerates everything, an empty effect every effect. */
export function tolerates(
  { key = '', operator, value = '', effect = '' }: Toleration,
  taint: Taint,
): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return key !== '' && value === (taint.value ?? '');
}
