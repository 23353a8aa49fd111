import type { FindingObject } from '../../core/check-finding.ts';
import { oneLine } from '../../core/visible-text.ts';

/** `Deployment default/web`; `Namespace web`. */
export function objectName({
  kind,
  namespace,
  name,
}: Pick<FindingObject, 'kind' | 'namespace' | 'name'>): string {
  return oneLine(namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`);
}
