import type { KubeObject } from '../../kube/meta.ts';
import { isPod } from '../../kube/workload.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { keyOf } from '../store/stored-object.ts';
import { accountOf } from './token-volume.ts';

const MAX_WAIT_MS = 1000;

/**
 * Resolves when a pod's account `default` is there, at once when it is or is not to be expected, after a second in any
 * case. The first pod of a new namespace may come in before the account that a controller makes for it.
 */
export async function untilServiceAccount(
  store: ObjectStore,
  object: KubeObject,
  namespace: string,
): Promise<void> {
  if (!isPod(object) || accountOf(object) !== 'default') return;
  const isThere = (): boolean => store.reader.get('ServiceAccount', namespace, 'default') !== undefined;
  if (isThere() || store.reader.get('Namespace', '', namespace) === undefined) return;
  const key = keyOf(namespace, 'default');
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(done, MAX_WAIT_MS);
    const unsubscribe = store.subscribe((change) => {
      if (change.kind === 'ServiceAccount' && change.key === key && isThere()) done();
    });
  });
}
