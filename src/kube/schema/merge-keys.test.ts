import { describe, expect, test } from 'vitest';
import { container } from './container-schemas.ts';
import { mergeKeyOf } from './merge-keys.ts';
import { objectMeta } from './meta-schemas.ts';
import { pod } from './pod-schemas.ts';
import { service } from './reference-schemas.ts';
import { type AnySchema, shapeOf } from './schema.ts';
import { deployment, job } from './workload-schemas.ts';

function at(root: AnySchema, ...fields: readonly string[]): AnySchema {
  return fields.reduce((schema, name) => {
    const shape = shapeOf(schema);
    if (shape.kind === 'list') return at(shape.element, name);
    const field = shape.kind === 'object' ? shape.fields.get(name) : undefined;
    if (field === undefined) throw new Error(`no field ${name}`);
    return field.schema;
  }, root);
}

describe('mergeKeyOf', () => {
  test('ports of a container and of a Service have different keys', () => {
    expect(mergeKeyOf(container, 'ports')).toMatchObject({ key: 'containerPort' });
    expect(mergeKeyOf(at(service, 'spec'), 'ports')).toMatchObject({ key: 'port' });
  });

  test.each([
    ['Deployment', deployment],
    ['Job', job],
  ])('a template of a %s is merged as a pod is', (_name, workload) => {
    const template = at(workload, 'spec', 'template', 'spec');
    expect(mergeKeyOf(template, 'volumes')).toEqual({ merge: 'key', key: 'name', retainKeys: true });
    expect(mergeKeyOf(at(workload, 'spec', 'template', 'metadata'), 'finalizers')).toEqual({ merge: 'set' });
  });

  test('tolerations are replaced', () => {
    expect(mergeKeyOf(at(pod, 'spec'), 'tolerations')).toBeUndefined();
  });

  test('the strategy of a Deployment keeps only what the patch retains', () => {
    expect(mergeKeyOf(at(deployment, 'spec'), 'strategy')).toEqual({ merge: 'object', retainKeys: true });
  });

  test('a field called like a member of every object has no rule', () => {
    expect(mergeKeyOf(objectMeta, 'constructor')).toBeUndefined();
  });
});
