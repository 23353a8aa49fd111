import { wantedOomScoreAdj } from '../oom-score.ts';
import type { ContainerFound, FindingSubject } from './subject.ts';

/** Lowering oom_score_adj needs CAP_SYS_RESOURCE on the machine. */
export function oomScoreAdjClamped({ input, confinement }: FindingSubject): ContainerFound | undefined {
  if (input.platform.canRaiseLimits) return undefined;
  const wanted = wantedOomScoreAdj(input.pod, input.container, input.platform).value;
  const given = confinement.oomScoreAdj.value;
  if (given === wanted) return undefined;
  return {
    severity: 'warning',
    code: 'oom-score-adj-clamped',
    message: `oom_score_adj is ${given} instead of ${wanted}: this machine has no CAP_SYS_RESOURCE to lower it`,
    path: [...input.container.path, 'resources'],
  };
}
