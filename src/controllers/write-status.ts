import type { ObjectApi, StoredKinds } from '../kube/object-api.ts';
import { isSameValue } from './same-value.ts';

/** The kinds whose status a controller works out. */
type WithStatus = 'Deployment' | 'Job';

/** Writes an object's status when it differs; resolves to the object as it is then, undefined when that one is gone. */
export async function writeStatus<K extends WithStatus>(
  api: ObjectApi,
  kind: K,
  { metadata }: StoredKinds[K],
  change: (current: StoredKinds[K]) => StoredKinds[K]['status'],
): Promise<StoredKinds[K] | undefined> {
  const { namespace = '', name = '', uid } = metadata;
  const updated = await api.update(
    kind,
    namespace,
    name,
    (current) => {
      if (current.metadata.uid !== uid) return undefined;
      const status = change(current);
      return isSameValue(status, current.status ?? {}) ? undefined : { ...current, status };
    },
    'status',
  );
  return updated?.metadata.uid === uid ? updated : undefined;
}
