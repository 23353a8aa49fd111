import type { FieldPath } from './field-path.ts';

/**
 * Something worth telling about a workload that is not an error of the input.
 *
 * - `warning`: probably not what the author meant, or something this machine could not carry out
 * - `note`: explains a value; nothing to do
 */
export interface Finding {
  readonly severity: 'warning' | 'note';
  /** Stable, kebab-case: `implicit-root`, `capabilities-without-root`. */
  readonly code: string;
  /** One sentence, in Kubernetes' words. */
  readonly message: string;
  /** The field it is about, from the pod's root (`spec...`); empty when it is about the whole pod. */
  readonly path: FieldPath;
  /** The container it is about, when it is about one. */
  readonly container?: string;
  /** What to write instead, or the command to run. */
  readonly advice?: string;
}
