import type { CheckReport } from '../core/contract/check-report.ts';
import type { CheckOptions } from './check-options.ts';

/**
 * What a cluster would do with these inputs: both verdicts and the confinement of every container, as `podproof check -o json`
 * prints it; annotations, exemptions and the baseline count. What cannot be read is in `problems` and hides nothing else.
 * Throws `usage` for options that there are not, and `invalid` or `not-found` for a configuration or a baseline that cannot
 * be read.
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  // A program that only wants `checkManifest` is not to wait until the readers of Dockerfiles and repositories are loaded.
  const { checkInputs } = await import('./check-inputs.ts');
  return checkInputs(options);
}
