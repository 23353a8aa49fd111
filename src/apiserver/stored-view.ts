import type { KubeObject } from '../kube/meta.ts';
import type { StoredKind } from '../kube/object-api.ts';
import { ApiError } from '../kube/status.ts';
import type { ResourceKind, StoredAs } from './resource-kind.ts';

/** A kind as it is stored: its own objects, or a view of another kind's. */
export interface StoredView {
  readonly stored: StoredKind;
  read(stored: KubeObject): KubeObject;
  write(object: KubeObject): KubeObject;
}

const same = (object: KubeObject): KubeObject => object;

/** Throws `MethodNotAllowed` for a kind of which nothing is kept. */
export function viewOf(kind: ResourceKind): StoredView {
  const { stored } = kind;
  if (stored === undefined) {
    throw new ApiError(
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
      {
        kind: kind.resource,
      },
    );
  }
  return { stored: stored.kind, ...conversion(stored) };
}

function conversion({ convert }: StoredAs<KubeObject>): Omit<StoredView, 'stored'> {
  if (convert === undefined) return { read: same, write: same };
  return {
    read: (stored) => convert.fromStored(stored),
    write: (object) => convert.toStored(object),
  };
}
