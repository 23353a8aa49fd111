import type { FieldPath } from '../../core/field-path.ts';
import type { Finding } from '../../core/finding.ts';
import type { Origin } from '../../core/sourced.ts';
import type { ConfineInput } from '../confine-input.ts';
import type { EffectiveContext } from '../effective-context.ts';
import type { DecisiveConfinement } from '../judged.ts';

/** What a finding about one container looks at. */
export interface FindingSubject {
  readonly input: ConfineInput;
  readonly context: EffectiveContext;
  readonly confinement: DecisiveConfinement;
}

/** One thing worth telling, judged by itself; undefined when there is nothing to tell. */
export type ContainerFinding = (subject: FindingSubject) => ContainerFound | undefined;

/** A finding before the container's name is added. `path` is absent where the whole container is meant. */
export interface ContainerFound {
  readonly severity: Finding['severity'];
  readonly code: string;
  readonly message: string;
  readonly path?: FieldPath;
  readonly advice?: string;
}

/** The field behind a value; the container's `securityContext.FIELD` where nobody wrote one. */
export function pathOf(
  origin: Origin | undefined,
  { input }: Pick<FindingSubject, 'input'>,
  field: string,
): FieldPath {
  return origin?.kind === 'manifest' ? origin.path : [...input.container.path, 'securityContext', field];
}
