import { expect, it } from 'vitest';
import { podReferences } from './pod-references.ts';

it('a pod refers to what its volumes, variables, images and account name', () => {
  const references = podReferences({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {},
    spec: {
      serviceAccountName: 'robot',
      imagePullSecrets: [{ name: 'login' }],
      volumes: [
        { name: 'a', configMap: { name: 'of-volume' } },
        { name: 'b', secret: { secretName: 'of-volume' } },
        { name: 'c', persistentVolumeClaim: { claimName: 'data' } },
        {
          name: 'd',
          projected: { sources: [{ configMap: { name: 'projected' } }, { secret: { name: 'projected' } }] },
        },
      ],
      containers: [
        { name: 'c', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'of-env', key: 'k' } } }] },
      ],
      initContainers: [{ name: 'i', envFrom: [{ configMapRef: { name: 'of-env-from' } }] }],
    },
  });
  expect([...references].sort()).toEqual([
    'ConfigMap/of-env-from',
    'ConfigMap/of-volume',
    'ConfigMap/projected',
    'PersistentVolumeClaim/data',
    'Secret/login',
    'Secret/of-env',
    'Secret/of-volume',
    'Secret/projected',
    'ServiceAccount/robot',
  ]);
});
