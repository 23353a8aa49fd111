import type { LevelAnswers, VersionRange } from '../core/contract/policy-matrix.ts';
import type { ObjectMeta } from '../kube/meta.ts';
import type { PodSpec } from '../kube/pod.ts';
import { evaluatePod } from './evaluate-pod.ts';
import { CHANGING_MINORS } from './registry.ts';

/** What baseline and restricted say about a pod at every version, versions with the same answer in one range. */
export function policyMatrix(metadata: ObjectMeta | undefined, spec: PodSpec): readonly LevelAnswers[] {
  return (['baseline', 'restricted'] as const).map((level) => {
    const ranges: VersionRange[] = [];
    for (const [index, minor] of CHANGING_MINORS.entries()) {
      const { allowed, results } = evaluatePod(level, `v1.${minor}`, metadata, spec);
      const checks = results.filter((result) => !result.allowed).map(({ id }) => id);
      const next = CHANGING_MINORS[index + 1];
      const to = next === undefined ? 'latest' : `v1.${next - 1}`;
      const before = ranges.at(-1);
      if (before !== undefined && before.checks.join() === checks.join())
        ranges[ranges.length - 1] = { ...before, to };
      else ranges.push({ from: `v1.${minor}`, to, allowed, checks });
    }
    return { level, ranges };
  });
}
