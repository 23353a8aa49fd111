import { describe, expect, it } from 'vitest';
import { decodeObject } from './decode-object.ts';
import { podTemplateOf } from './workload.ts';

/** `value` at `path` of an otherwise empty object. */
function nested(path: readonly string[], value: unknown): object {
  const [first = '', ...rest] = path;
  return { [first]: rest.length === 0 ? value : nested(rest, value) };
}

describe('a workload', () => {
  it.each([
    ['v1', 'PodTemplate', ['template']],
    ['v1', 'ReplicationController', ['spec', 'template']],
    ['apps/v1', 'Deployment', ['spec', 'template']],
    ['apps/v1', 'ReplicaSet', ['spec', 'template']],
    ['apps/v1', 'DaemonSet', ['spec', 'template']],
    ['batch/v1', 'Job', ['spec', 'template']],
    ['batch/v1', 'CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ])('%s %s makes a pod of its template', (apiVersion, kind, path) => {
    const template = {
      metadata: { labels: { a: 'b' }, name: 'ignored' },
      spec: { containers: [{ name: 'c' }] },
    };
    const object = {
      apiVersion,
      kind,
      metadata: { name: 'web', namespace: 'ns' },
      ...nested(path, template),
    };
    const found = podTemplateOf(decodeObject(object).value);
    expect(found?.templatePath).toEqual(path);
    expect(found?.pod).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'ns', labels: { a: 'b' } },
      spec: { containers: [{ name: 'c' }] },
    });
  });

  it('is a pod itself', () => {
    const { value } = decodeObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } });
    expect(podTemplateOf(value)).toEqual({ pod: value, templatePath: [] });
  });

  it('gives the pods of a StatefulSet their names and claims', () => {
    const object = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        serviceName: 'db-svc',
        ordinals: { start: 3 },
        template: {
          spec: {
            containers: [],
            volumes: [
              { name: 'data', emptyDir: {} },
              { name: 'tmp', emptyDir: {} },
            ],
          },
        },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
      },
    };
    const pod = podTemplateOf(decodeObject(object).value)?.pod;
    expect(pod?.metadata.name).toBe('db-3');
    expect(pod?.spec).toMatchObject({ hostname: 'db-3', subdomain: 'db-svc' });
    expect(pod?.spec.volumes).toEqual([
      { name: 'tmp', emptyDir: {} },
      { name: 'data', persistentVolumeClaim: { claimName: 'data-db-3' } },
    ]);
  });

  it('is no ConfigMap, and no Deployment of a foreign group', () => {
    expect(podTemplateOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} })).toBeUndefined();
    expect(podTemplateOf({ apiVersion: 'x.io/v1', kind: 'Deployment', metadata: {} })).toBeUndefined();
  });
});
