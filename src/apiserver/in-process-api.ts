import type { KubeObject } from '../kube/meta.ts';
import type { DeleteOptions, ObjectApi, ObjectChange, StoredKind, StoredKinds } from '../kube/object-api.ts';
import { isApiError } from '../kube/status.ts';
import type { WriteTarget } from './object-service.ts';
import type { ResourceKind, UserInfo } from './resource-kind.ts';
import type { Change } from './store/stored-object.ts';
import { requestChange, requestCreate, requestDelete } from './write/requests.ts';
import type { WriteEnvironment } from './write/run-write.ts';

/** The API for a component of the node: the same writes as over HTTP, typed, under its own user. */
export function createInProcessApi(
  environment: WriteEnvironment,
  kinds: readonly ResourceKind[],
  user: UserInfo,
): ObjectApi {
  const { store } = environment;
  const targetOf = (stored: StoredKind, namespace: string, name: string): WriteTarget => ({
    kind: primaryKind(kinds, stored),
    namespace,
    name,
  });
  return {
    get: (kind, namespace, name) => store.reader.get(kind, namespace, name),
    list: (kind, namespace) => store.reader.list(kind, namespace),
    create: async (stored, object) => {
      const kind = primaryKind(kinds, stored);
      const request = { user, dryRun: false };
      const namespace = object.metadata.namespace ?? '';
      return typed<typeof stored>(
        (await requestCreate(environment, kind, namespace, object, request)).object,
      );
    },
    update: async <K extends StoredKind>(
      stored: K,
      namespace: string,
      name: string,
      change: (current: StoredKinds[K]) => StoredKinds[K] | undefined,
      subresource?: 'status' | 'finalize',
    ) => {
      const target = { ...targetOf(stored, namespace, name), ...(subresource && { subresource }) };
      const changed = (current: KubeObject): KubeObject | undefined => change(typed<K>(current));
      const object = await requestChange(environment, target, changed, user);
      return object && typed<K>(object);
    },
    delete: async (stored, namespace, name, options: DeleteOptions = {}) => {
      try {
        await requestDelete(environment, targetOf(stored, namespace, name), {
          ...options,
          user,
          dryRun: false,
        });
      } catch (error) {
        const isOther = options.uid !== undefined && isApiError(error, 'Conflict');
        if (!isOther && !isApiError(error, 'NotFound')) throw error;
      }
    },
    watch: (stored, listener) => {
      for (const object of store.reader.list(stored))
        listener({ type: 'ADDED', object, previous: undefined });
      return store.subscribe((change) => {
        if (change.kind === stored) listener(typedChange<typeof stored>(change));
      });
    },
  };
}

/** The kind whose own objects are stored, not a view of them. */
function primaryKind(kinds: readonly ResourceKind[], stored: StoredKind): ResourceKind {
  const kind = kinds.find((it) => it.stored?.kind === stored && it.stored.convert === undefined);
  if (kind === undefined)
    throw new Error(`no kind of the API stores ${stored}: it must be listed in kinds.ts`);
  return kind;
}

/** What is stored under a kind has its type: nothing else is put there. */
// The type of the result is what the caller wants to have said.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function typed<K extends StoredKind>(object: KubeObject): StoredKinds[K] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return object as StoredKinds[K];
}

function typedChange<K extends StoredKind>({ type, object, previous }: Change): ObjectChange<StoredKinds[K]> {
  return { type, object: typed<K>(object), previous: previous && typed<K>(previous) };
}
