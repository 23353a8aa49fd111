import type { KubeObject } from '../../kube/meta.ts';
import type { Column } from '../resource-kind.ts';
import { ageOf } from './age.ts';

type Cell<T> = Column<T>['cell'];

/** A column of texts that is always shown. */
export function column<T>(name: string, description: string, cell: Cell<T>): Column<T> {
  return { name, type: 'string', description, priority: 0, cell };
}

/** The same for whole numbers. */
export function integerColumn<T>(name: string, description: string, cell: Cell<T>): Column<T> {
  return { name, type: 'integer', description, priority: 0, cell };
}

/** A column of `-o wide`. */
export function wideColumn<T>(name: string, description: string, cell: Cell<T>): Column<T> {
  return { name, type: 'string', description, priority: 1, cell };
}

/** The first column of nearly every kind. */
export function nameColumn<T extends KubeObject>(): Column<T> {
  return {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'The name of the object, unique in its namespace.',
    priority: 0,
    cell: (object) => object.metadata.name ?? '',
  };
}

export function ageColumn<T extends KubeObject>(): Column<T> {
  return column('Age', 'How long ago the object was created.', (object, { nowMs }) =>
    ageOf(object.metadata.creationTimestamp, nowMs),
  );
}

export function nameAndAge<T extends KubeObject>(): readonly Column<T>[] {
  return [nameColumn<T>(), ageColumn<T>()];
}

/** `<none>` for what is not there. */
export function orNone(value: string | undefined): string {
  return value === undefined || value === '' ? '<none>' : value;
}
