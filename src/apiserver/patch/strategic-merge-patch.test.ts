import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pod } from '../../kube/schema/pod-schemas.ts';
import { deployment } from '../../kube/schema/workload-schemas.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

const apply = (target: unknown, patch: unknown): unknown =>
  applyStrategicMergePatch(deployment, target, patch);
const inPod = (target: object, patch: object): unknown =>
  applyStrategicMergePatch(pod, { spec: target }, { spec: patch });

test('a patch of kubectl with every directive makes what kubectl wanted', () => {
  const before = {
    metadata: { labels: { x: '1', y: '2' }, finalizers: ['a.b/c', 'd.e/f'] },
    spec: {
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
      template: {
        spec: {
          containers: [
            {
              name: 'c1',
              image: 'i',
              command: ['a'],
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
              ports: [{ containerPort: 81 }, { containerPort: 80 }],
            },
            { name: 'c2', image: 'i' },
          ],
          tolerations: [{ key: 'a', operator: 'Exists' }],
          volumes: [
            { name: 'v2', emptyDir: {} },
            { name: 'v1', emptyDir: {} },
          ],
        },
      },
    },
  };
  const patch = {
    metadata: {
      '$deleteFromPrimitiveList/finalizers': ['a.b/c'],
      '$setElementOrder/finalizers': ['d.e/f'],
      labels: { x: null },
    },
    spec: {
      strategy: { $retainKeys: ['type'], rollingUpdate: null, type: 'Recreate' },
      template: {
        spec: {
          '$setElementOrder/containers': [{ name: 'c1' }],
          '$setElementOrder/volumes': [{ name: 'v1' }],
          containers: [
            {
              '$setElementOrder/env': [{ name: 'B' }],
              '$setElementOrder/ports': [{ containerPort: 80 }],
              command: ['b'],
              env: [{ $patch: 'delete', name: 'A' }],
              name: 'c1',
              ports: [{ $patch: 'delete', containerPort: 81 }],
            },
            { $patch: 'delete', name: 'c2' },
          ],
          tolerations: [{ key: 'b', operator: 'Exists' }],
          volumes: [
            { $retainKeys: ['hostPath', 'name'], emptyDir: null, hostPath: { path: '/x' }, name: 'v1' },
            { $patch: 'delete', name: 'v2' },
          ],
        },
      },
    },
  };
  expect(apply(before, patch)).toEqual({
    metadata: { labels: { y: '2' }, finalizers: ['d.e/f'] },
    spec: {
      replicas: 2,
      strategy: { type: 'Recreate' },
      template: {
        spec: {
          containers: [
            {
              name: 'c1',
              image: 'i',
              command: ['b'],
              env: [{ name: 'B', value: '2' }],
              ports: [{ containerPort: 80 }],
            },
          ],
          tolerations: [{ key: 'b', operator: 'Exists' }],
          volumes: [{ name: 'v1', hostPath: { path: '/x' } }],
        },
      },
    },
  });
});

test('lists with a merge key are merged, others replaced', () => {
  const target = { containers: [{ name: 'a', image: '1', args: ['x', 'y'] }] };
  expect(
    inPod(target, {
      containers: [
        { name: 'b', image: '2' },
        { name: 'a', args: ['z'] },
      ],
    }),
  ).toEqual({
    spec: {
      containers: [
        { name: 'b', image: '2' },
        { name: 'a', image: '1', args: ['z'] },
      ],
    },
  });
});

function inOrder(order: readonly string[], before: readonly string[]): unknown {
  return inPod(
    { containers: before.map((name) => ({ name })) },
    { '$setElementOrder/containers': order.map((name) => ({ name })) },
  );
}

function containersNamed(names: readonly string[]): unknown {
  return { spec: { containers: names.map((name) => ({ name })) } };
}

test('an order puts items where kubectl saw them, and leaves the others in their places', () => {
  expect(inOrder(['b', 'a'], ['a', 'b'])).toEqual(containersNamed(['b', 'a']));
  expect(inOrder(['b', 'a'], ['own', 'a', 'b'])).toEqual(containersNamed(['own', 'b', 'a']));
  expect(inOrder(['a', 'b'], ['a', 'own', 'b'])).toEqual(containersNamed(['a', 'own', 'b']));
});

test('$patch replaces or deletes what it stands in', () => {
  const target = { containers: [{ name: 'a', image: '1' }], securityContext: { runAsUser: 1, fsGroup: 2 } };
  expect(inPod(target, { containers: [{ $patch: 'replace' }, { name: 'n' }] })).toMatchObject({
    spec: { containers: [{ name: 'n' }] },
  });
  expect(inPod(target, { securityContext: { $patch: 'replace', fsGroup: 3 } })).toMatchObject({
    spec: { securityContext: { fsGroup: 3 } },
  });
  expect(inPod(target, { securityContext: { $patch: 'delete' } })).toMatchObject({
    spec: { securityContext: {} },
  });
});

test('directives are never taken for content', () => {
  const patch = {
    template: {
      spec: {
        containers: [
          { name: 'c', '$setElementOrder/env': [{ name: 'x' }], env: [{ name: 'x', $patch: 'delete' }] },
        ],
      },
    },
  };
  expect(JSON.stringify(apply({}, { spec: patch }))).not.toContain('$');
});

test.each([
  [{ containers: [{ image: 'x' }] }, 'does not contain declared merge key: name'],
  [{ containers: ['x'] }, 'list "containers" must be of objects'],
  [{ securityContext: { $patch: 'explode' } }, 'unknown patch type found: "explode"'],
  [{ '$setElementOrder/containers': 1 }, 'must be a list'],
  [
    { volumes: [{ name: 'v', $retainKeys: ['name'], emptyDir: {} }] },
    'fields in $retainKeys list and fields in patch do not match',
  ],
])('%j is refused', (patch, text) => {
  expect(() => inPod({ containers: [{ name: 'a' }] }, patch)).toThrow(text);
});

test('prototypes cannot be reached', () => {
  const patch: unknown = JSON.parse(
    '{"metadata":{"labels":{"__proto__":{"polluted":"yes"}}},"__proto__":{"polluted":1}}',
  );
  apply({ metadata: {} }, patch);
  expect({}).not.toHaveProperty('polluted');
});

const container = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  image: fc.string({ maxLength: 3 }),
});
const containers = fc.uniqueArray(container, { selector: (it) => it.name, minLength: 1 });

test('what a client computes from two lists makes the second of the first', () => {
  fc.assert(
    fc.property(containers, containers, (before, after) => {
      const deleted = before.filter((it) => !after.some((other) => other.name === it.name));
      const patch = {
        '$setElementOrder/containers': after.map(({ name }) => ({ name })),
        containers: [...after, ...deleted.map(({ name }) => ({ name, $patch: 'delete' }))],
      };
      expect(inPod({ containers: before }, patch)).toEqual({ spec: { containers: after } });
    }),
  );
});

test('the target is left as it was', () => {
  fc.assert(
    fc.property(containers, containers, (before, after) => {
      const text = JSON.stringify(before);
      inPod({ containers: before }, { containers: after });
      expect(JSON.stringify(before)).toBe(text);
    }),
  );
});
