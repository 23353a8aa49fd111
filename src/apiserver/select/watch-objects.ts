import type { KubeObject } from '../../kube/meta.ts';
import { ApiError } from '../../kube/status.ts';
import type { Subscription, WatchEvent, WatchQuery } from '../object-service.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type Change, keyOf } from '../store/stored-object.ts';
import { viewOf } from '../stored-view.ts';
import type { Bookmarks } from './bookmarks.ts';
import { selectionOf } from './selection.ts';

/** Calls back for what is there or has happened since, before it returns, and then for each change. */
export function watchObjects(
  store: ObjectStore,
  bookmarks: Bookmarks,
  kind: ResourceKind,
  query: WatchQuery,
  listener: (event: WatchEvent) => void,
): Subscription {
  const eventOf = eventsOf(kind, query);
  const tell = (change: Change): void => {
    const event = eventOf(change);
    if (event !== undefined) listener(event);
  };
  const from = startOf(query.resourceVersion);
  if (from === undefined) {
    const view = viewOf(kind);
    const isSelected = selectionOf(kind, query);
    for (const item of store.reader.list(view.stored, query.namespace)) {
      const object = view.read(item);
      if (isSelected(object)) listener({ type: 'ADDED', object });
    }
  } else {
    for (const change of store.since(from)) tell(change);
  }
  const unsubscribe = store.subscribe(tell);
  const forget = query.allowBookmarks
    ? bookmarks.add(() => listener({ type: 'BOOKMARK', resourceVersion: String(store.version) }))
    : undefined;
  return {
    close: () => {
      unsubscribe();
      forget?.();
    },
  };
}

/** Undefined: from what is there now. */
function startOf(resourceVersion: string | undefined): number | undefined {
  if (resourceVersion === undefined || resourceVersion === '' || resourceVersion === '0') return undefined;
  if (/^\d{1,15}$/.test(resourceVersion)) return Number(resourceVersion);
  throw new ApiError(
    'BadRequest',
    `resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`,
  );
}

/** What a change is to whoever sees only the selected objects: one that leaves the selection is DELETED. */
function eventsOf(kind: ResourceKind, query: WatchQuery): (change: Change) => WatchEvent | undefined {
  const view = viewOf(kind);
  const isSelected = selectionOf(kind, query);
  const prefix = query.namespace === undefined ? '' : keyOf(query.namespace, '');
  return (change) => {
    if (change.kind !== view.stored || !change.key.startsWith(prefix)) return undefined;
    const object = view.read(change.object);
    const previous = change.previous && view.read(change.previous);
    const was = previous !== undefined && isSelected(previous);
    const is = change.type !== 'DELETED' && isSelected(object);
    if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
    if (!was) return undefined;
    return { type: 'DELETED', object: change.type === 'DELETED' ? object : asItLeft(previous, object) };
  };
}

function asItLeft(previous: KubeObject, { metadata: { resourceVersion = '' } }: KubeObject): KubeObject {
  return { ...previous, metadata: { ...previous.metadata, resourceVersion } };
}
