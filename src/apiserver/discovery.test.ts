import { expect, test } from 'vitest';
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
  groupVersionsOf,
} from './discovery.ts';
import { KINDS } from './kinds.ts';

const groupVersions = groupVersionsOf(KINDS);
const text = (value: unknown) => JSON.stringify(value);

test('aggregated: the core group has no name, the others have, and kinds have all that kubectl needs', () => {
  expect(aggregatedDiscovery(groupVersions, 'api', 'v2')).toMatchObject({
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    items: [{ metadata: { creationTimestamp: null }, versions: [{ version: 'v1', freshness: 'Current' }] }],
  });
  const apis = text(aggregatedDiscovery(groupVersions, 'apis', 'v2'));
  expect(apis).toContain('"metadata":{"name":"apps","creationTimestamp":null}');
  expect(apis).toContain(
    '"resource":"deployments","responseKind":{"group":"apps","version":"v1","kind":"Deployment"},"scope":"Namespaced","singularResource":"deployment"',
  );
  expect(apis).toContain(
    '{"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"}',
  );
});

test('legacy: versions, groups, and resources with their subresources', () => {
  expect(apiVersions(groupVersions, '127.0.0.1:1')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  expect(text(apiGroupList(groupVersions))).toContain(
    '{"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}',
  );
  expect(apiGroup(groupVersions, 'apps')).toMatchObject({ kind: 'APIGroup', name: 'apps' });
  expect(apiGroup(groupVersions, 'nope')).toBeUndefined();
  const [core] = groupVersions;
  const resources = text(core && apiResourceList(core));
  expect(resources).toContain('"groupVersion":"v1"');
  expect(resources).toContain(
    '{"name":"pods/eviction","singularName":"","namespaced":true,"group":"policy","version":"v1","kind":"Eviction","verbs":["create"]}',
  );
  expect(resources).toContain(
    '{"name":"pods/log","singularName":"","namespaced":true,"kind":"Pod","verbs":["get"]}',
  );
});

test('every kind is discovered once', () => {
  const paths = groupVersions.flatMap(({ name, kinds }) =>
    kinds.map(({ resource }) => `${name}/${resource}`),
  );
  expect(new Set(paths).size).toBe(KINDS.length);
});
