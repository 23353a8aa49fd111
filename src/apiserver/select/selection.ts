import type { KubeObject } from '../../kube/meta.ts';
import { parseLabelSelector } from '../../kube/parse-label-selector.ts';
import { ApiError } from '../../kube/status.ts';
import { parseFieldSelector, type SelectableKind } from './field-selector.ts';

export interface Selectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** What the selectors of a request select. Throws `BadRequest` with upstream's words. */
export function selectionOf(
  kind: SelectableKind,
  { labelSelector = '', fieldSelector = '' }: Selectors,
): (object: KubeObject) => boolean {
  const labels = parseLabelSelector(labelSelector);
  if (!labels.ok) throw new ApiError('BadRequest', labels.message);
  const fields = parseFieldSelector(fieldSelector, kind);
  return (object) => labels.matches(object.metadata.labels ?? {}) && fields(object);
}
