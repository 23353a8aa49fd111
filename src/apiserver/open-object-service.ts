import { createInProcessApi } from './in-process-api.ts';
import type { ObjectService } from './object-service.ts';
import { createPodSecurity } from './pod-security.ts';
import type { ClusterSettings, ResourceKind } from './resource-kind.ts';
import { createBookmarks } from './select/bookmarks.ts';
import { listObjects } from './select/list-objects.ts';
import { watchObjects } from './select/watch-objects.ts';
import { openObjectStore } from './store/object-store.ts';
import {
  requestChange,
  requestCreateOf,
  requestDelete,
  requestDeleteAll,
  requestPatch,
  requestUpdate,
} from './write/requests.ts';
import { currentObject, type WriteEnvironment } from './write/run-write.ts';
import type { PodFields } from './write/warnings.ts';

export interface ObjectServiceOptions {
  /** Where the objects are kept; made if need be. One process at a time. */
  readonly dir: string;
  readonly kinds: readonly ResourceKind[];
  readonly settings: ClusterSettings;
  readonly clock: { now(): number };
  /** Which fields of pods clients are warned of; none by default. */
  readonly podFields?: PodFields;
}

/**
 * Opens the objects of a directory: all of them in memory, each write on the disk before it is answered. Rejects with
 * what to do when the directory cannot be read.
 */
export async function openObjectService(options: ObjectServiceOptions): Promise<ObjectService> {
  const { dir, kinds, settings, clock, podFields = () => [] } = options;
  const store = await openObjectStore(dir);
  const podSecurity = createPodSecurity();
  const bookmarks = createBookmarks();
  const environment: WriteEnvironment = { store, settings, clock, podSecurity, podFields };
  return {
    reader: store.reader,
    get resourceVersion() {
      return String(store.version);
    },
    audit: podSecurity.audit,
    get: (kind, namespace, name) => store.tryOut((it) => currentObject(it, { kind, namespace, name })),
    list: (kind, query) => listObjects(store, kind, query),
    create: (kind, namespace, body, write) => requestCreateOf(environment, kind, namespace, body, write),
    update: (target, body, write) => requestUpdate(environment, target, body, write),
    patch: (target, patch, write) => requestPatch(environment, target, patch, write),
    change: (target, change, user) => requestChange(environment, target, change, user),
    delete: (kind, namespace, name, request) =>
      requestDelete(environment, { kind, namespace, name }, request),
    deleteCollection: (kind, query, request) => requestDeleteAll(environment, kind, query, request),
    watch: (kind, query, listener) => watchObjects(store, bookmarks, kind, query, listener),
    as: (user) => createInProcessApi(environment, kinds, user),
    close: async () => {
      bookmarks.close();
      await store.close();
    },
  };
}
