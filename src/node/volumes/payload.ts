import type { KeyToPath } from '../../kube/volume.ts';
import type { ObjectData } from '../object-data.ts';

/** One file of a volume that is made of data. `path` is relative and may have directories. */
export interface PayloadFile {
  readonly path: string;
  readonly data: Buffer;
  readonly mode: number;
  /** Root unless told. */
  readonly owner?: number;
}

/** The files of a ConfigMap's or Secret's data: all keys, or the `items` that are asked for. */
export function payloadOf(
  kind: 'configmap' | 'secret',
  data: ObjectData,
  source: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  defaultMode: number,
): readonly PayloadFile[] {
  if (source.items === undefined || source.items.length === 0)
    return [...data].map(([path, bytes]) => ({ path, data: bytes, mode: defaultMode }));
  return source.items.flatMap(({ key, path, mode }) => {
    const bytes = data.get(key);
    if (bytes !== undefined) return [{ path, data: bytes, mode: mode ?? defaultMode }];
    if (source.optional === true) return [];
    throw new Error(
      kind === 'configmap'
        ? `configmap references non-existent config key: ${key}`
        : `references non-existent secret key: ${key}`,
    );
  });
}
