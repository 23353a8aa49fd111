import type { KubeObject } from '../../kube/meta.ts';
import { ApiError } from '../../kube/status.ts';
import type { ListQuery, ListResult } from '../object-service.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { keyOfObject } from '../store/stored-object.ts';
import { viewOf } from '../stored-view.ts';
import { formatContinueToken, parseContinueToken } from './continue-token.ts';
import { selectionOf } from './selection.ts';

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';

/**
 * The objects that a query selects, by namespace and name. A further page is of the objects as they are now, under the
 * resource version of the first: a watch from there tells all that changed in between.
 */
export function listObjects(store: ObjectStore, kind: ResourceKind, query: ListQuery): ListResult {
  const view = viewOf(kind);
  const isSelected = selectionOf(kind, query);
  const token =
    query.continue === undefined || query.continue === '' ? undefined : parseContinueToken(query.continue);
  if (token !== undefined && !store.knows(token.version)) throw new ApiError('Expired', TOO_OLD);
  const version = token?.version ?? store.version;
  const limit = query.limit !== undefined && query.limit > 0 ? query.limit : Number.POSITIVE_INFINITY;
  const items: KubeObject[] = [];
  const all = store.reader.list(view.stored, query.namespace);
  for (const [index, stored] of all.entries()) {
    if (token !== undefined && keyOfObject(stored) <= token.after) continue;
    const object = view.read(stored);
    if (!isSelected(object)) continue;
    const last = items.at(-1);
    if (items.length === limit && last !== undefined) {
      const isWhole = !query.labelSelector && !query.fieldSelector;
      return {
        items,
        resourceVersion: String(version),
        continue: formatContinueToken({ version, after: keyOfObject(last) }),
        ...(isWhole && { remainingItemCount: all.length - index }),
      };
    }
    items.push(object);
  }
  return { items, resourceVersion: String(version) };
}
