import type { KubeObject } from '../../kube/meta.ts';
import { ApiError } from '../../kube/status.ts';
import type { ResourceKind } from '../resource-kind.ts';

/** What stands beside the cells of a row. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** `meta.k8s.io/v1` Table: what `kubectl get` prints. `columnDefinitions` may be null in all but the first of a watch. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: ListMeta;
  readonly columnDefinitions: readonly object[] | null;
  readonly rows: readonly object[];
}

export interface TableOptions {
  readonly kind: ResourceKind;
  readonly include: IncludeObject;
  readonly nowMs: number;
}

export function buildTable(items: readonly KubeObject[], metadata: ListMeta, options: TableOptions): Table {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.kind.columns.map((column) => ({
      name: column.name,
      type: column.type,
      format: column.format ?? '',
      description: column.description,
      priority: column.priority,
    })),
    rows: items.map((item) => buildRow(item, options)),
  };
}

function buildRow(item: KubeObject, { kind, include, nowMs }: TableOptions): object {
  const cells = kind.columns.map((column) => column.cell(item, { nowMs }));
  switch (include) {
    case 'None':
      return { cells };
    case 'Metadata':
      return { cells, object: partialMetadata(item) };
    case 'Object':
      return { cells, object: item };
  }
}

/** An object without all that is its kind's own. */
export function partialMetadata({ metadata }: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

export function parseIncludeObject(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject') ?? '';
  if (value === '') return 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw new ApiError('BadRequest', `unrecognized includeObject value: ${JSON.stringify(value)}`);
}
