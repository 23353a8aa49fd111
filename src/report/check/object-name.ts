import type { FindingObject } from '../../core/check-finding.ts';
import { visibleLine } from '../../core/visible-text.ts';

/** `Deployment default/web`; `Namespace web`. */
export function objectName({
  kind,
  namespace,
  name,
}: Pick<FindingObject, 'kind' | 'namespace' | 'name'>): string {
  return visibleLine(namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`);
}
