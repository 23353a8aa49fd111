import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { shapeOf } from '../../kube/schema/schema.ts';
import { KINDS } from '../kinds.ts';
import type { ResourceKind } from '../resource-kind.ts';

/** Kinds that ask for nothing: reports of the node's, and of clients'. Pod's table is `confinement/`'s. */
const WITHOUT_TABLE: readonly string[] = ['Event', 'Pod', 'Proof'];
const kinds = KINDS.filter(({ kind, stored }) => stored !== undefined && !WITHOUT_TABLE.includes(kind));

function fieldsOf(kind: ResourceKind, name?: string): readonly string[] {
  const shape = shapeOf(kind.schema);
  if (shape.kind !== 'object') return [];
  if (name === undefined) return [...shape.fields.keys()];
  const field = shape.fields.get(name);
  const own = field && shapeOf(field.schema);
  return own?.kind === 'object' ? [...own.fields.keys()] : [];
}

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
  test('has a row for each field of its own, and for each of its spec', () => {
    const rows = kind.fields.flatMap((table) => table.rows.map(({ type, field }) => `${type}.${field}`));
    const common = ['apiVersion', 'kind', 'metadata', 'status', 'spec'];
    const own = fieldsOf(kind).filter((field) => !common.includes(field));
    const spec = fieldsOf(kind, 'spec');
    expect(rows).toEqual(expect.arrayContaining(own.map((field) => `${name}.${field}`)));
    expect(rows).toEqual(expect.arrayContaining(spec.map((field) => `${name}Spec.${field}`)));
    expect(own.length + spec.length).toBeGreaterThan(0);
  });

  test('each row says why, or names tests, which exist', () => {
    const verdicts = kind.fields.flatMap((table) =>
      table.rows.map(({ type, field, node }) => ({ name: `${type}.${field}`, ...node })),
    );
    const silent = verdicts.filter(({ how, reason, tests }) =>
      how === 'carried-out' ? tests.length === 0 : reason === '',
    );
    expect(silent.map((it) => it.name)).toEqual([]);
    expect(verdicts.flatMap(({ tests }) => tests).filter((path) => !existsSync(path))).toEqual([]);
  });
});
