import type { Finding } from '../../core/finding.ts';
import type { ConfineInput } from '../confine-input.ts';
import type { Confinement } from '../confinement.ts';
import type { EffectiveContext } from '../effective-context.ts';

/** What a finding about one container looks at. */
export interface FindingSubject {
  readonly input: ConfineInput;
  readonly context: EffectiveContext;
  readonly confinement: Confinement;
}

/** One thing worth telling, judged by itself. */
export type ContainerFinding = (subject: FindingSubject) => readonly Finding[];
