import { expect, test } from 'vitest';
import { changeProblems, created, rowOf } from '../../../test/support/kinds.ts';
import type { ReplicaSet } from '../../kube/workload-kinds.ts';
import { replicaSet } from './replica-set.ts';

const object: ReplicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web-1', namespace: 'default' },
  spec: {
    selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  },
};

test('a new one wants one pod and has none', () => {
  const kept = created(replicaSet, object);
  expect(kept.spec.replicas).toBe(1);
  expect(rowOf(replicaSet, kept, 'wide')).toEqual({
    NAME: 'web-1',
    DESIRED: 1,
    CURRENT: 0,
    READY: 0,
    AGE: '2m',
    CONTAINERS: 'c',
    IMAGES: 'nginx',
    SELECTOR: 'app in (api,web)',
  });
});

test('its selector does not change', () => {
  const next = { ...object, spec: { ...object.spec, selector: { matchLabels: { app: 'web' } } } };
  expect(changeProblems(replicaSet, next, object)).toHaveLength(1);
});
