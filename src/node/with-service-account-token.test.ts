import { expect, it } from 'vitest';
import type { Pod } from '../kube/pod.ts';
import type { ObjectLookup, ServiceAccount } from '../kube/references.ts';
import { withServiceAccountToken } from './with-service-account-token.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

function lookup(account?: Partial<ServiceAccount>): ObjectLookup {
  return {
    configMap: () => undefined,
    secret: () => undefined,
    serviceAccount: () =>
      account === undefined
        ? undefined
        : { apiVersion: 'v1', kind: 'ServiceAccount', metadata: {}, ...account },
    persistentVolumeClaim: () => undefined,
    namespace: () => undefined,
  };
}

function pod(spec: Partial<Pod['spec']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c' }], ...spec },
  };
}

it.each([
  ['not, and a note says so, without the account', {}, undefined, false, 1],
  ['with the account', {}, {}, true, 0],
  ['when the pod asks for it', { automountServiceAccountToken: true }, undefined, true, 0],
  ['not when the pod does not want it', { automountServiceAccountToken: false }, {}, false, 0],
  ['not when the account does not want it', {}, { automountServiceAccountToken: false }, false, 0],
  [
    'when the pod wants it against its account',
    { automountServiceAccountToken: true },
    { automountServiceAccountToken: false },
    true,
    0,
  ],
] as const)('the token is mounted %s', (_, spec, account, isMounted, findings) => {
  const result = withServiceAccountToken(pod(spec), lookup(account));
  expect(
    result.pod.spec.containers[0]?.volumeMounts?.some((mount) => mount.mountPath === mountPath) === true,
  ).toBe(isMounted);
  expect(result.findings).toHaveLength(findings);
});

it('a container that mounts something else there keeps it', () => {
  const own = { name: 'own', mountPath };
  const given = pod({ containers: [{ name: 'c', volumeMounts: [own] }] });
  expect(withServiceAccountToken(given, lookup({})).pod.spec.containers[0]?.volumeMounts).toEqual([own]);
});
