import { describe, expect, test } from 'vitest';
import { changeProblems, created, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { Deployment, DeploymentSpec } from '../../kube/workload-kinds.ts';
import { deployment } from './deployment.ts';

function deploymentOf(spec: Partial<DeploymentSpec> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'c', image: 'nginx' }] },
      },
      ...spec,
    },
  };
}

test('its defaults, and those of its template', () => {
  const { spec } = deployment.defaults(deploymentOf());
  expect(spec).toMatchObject({
    replicas: 1,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  });
  expect(spec.template.spec).toMatchObject({
    restartPolicy: 'Always',
    containers: [{ imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log' }],
  });
  expect(spec.template.metadata).toEqual({ labels: { app: 'web' } });
  const once = deployment.defaults(deploymentOf());
  expect(deployment.defaults(once)).toEqual(once);
});

test('a status that was sent is not kept', () => {
  expect(created(deployment, { ...deploymentOf(), status: { replicas: 9 } })).not.toHaveProperty('status');
});

describe('validation', () => {
  test.each<readonly [Partial<DeploymentSpec>, readonly string[]]>([
    [{}, []],
    [
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      { strategy: { type: 'Sometimes' } },
      ['spec.strategy.type: Unsupported value: "Sometimes": supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      { progressDeadlineSeconds: 5, minReadySeconds: 5 },
      ['spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds'],
    ],
    [
      { selector: { matchLabels: { app: 'api' } } },
      [
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
  ])('%j', (spec, problems) => {
    expect(problemsOf(deployment, deploymentOf(spec))).toEqual(problems);
  });

  test('the selector does not change', () => {
    const next = deploymentOf({ selector: { matchLabels: { app: 'api' } } });
    expect(changeProblems(deployment, next, deploymentOf())).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"api"}}: field is immutable',
    ]);
  });
});

test('its row', () => {
  const object = {
    ...created(deployment, deploymentOf({ replicas: 3 })),
    status: { replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 },
  };
  expect(rowOf(deployment, object, 'wide')).toEqual({
    NAME: 'web',
    READY: '2/3',
    'UP-TO-DATE': '3',
    AVAILABLE: '1',
    AGE: '2m',
    CONTAINERS: 'c',
    IMAGES: 'nginx',
    SELECTOR: 'app=web',
  });
});

test('its scale', () => {
  const scaled = deployment.scale?.withReplicas(deploymentOf(), 4) ?? deploymentOf();
  expect(deployment.scale?.replicasOf(scaled)).toBe(4);
  expect(deployment.scale?.selectorOf(scaled)).toBe('app=web');
  expect(deployment.scale?.currentReplicas(scaled)).toBe(0);
});
