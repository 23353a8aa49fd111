import { expect, test } from 'vitest';
import { inputOf, podOf } from '../../test/support/confine-inputs.ts';
import type { Pod } from '../kube/pod.ts';
import type { ObjectLookup, ServiceAccount } from '../kube/references.ts';
import { confine } from './confine.ts';
import { containersOf } from './containers.ts';
import { tokenMountPath, withServiceAccountToken } from './service-account-token.ts';

/** Accounts of the namespace `default`, by name. */
function lookup(accounts: Readonly<Record<string, Partial<ServiceAccount>>> = {}): ObjectLookup {
  return {
    configMap: () => undefined,
    secret: () => undefined,
    serviceAccount: (namespace, name) => {
      const account = namespace === 'default' ? accounts[name] : undefined;
      return account && { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name }, ...account };
    },
    persistentVolumeClaim: () => undefined,
    namespace: () => undefined,
  };
}

/** The pod as a cluster has it. */
function onCluster(pod: Pod, account?: Partial<ServiceAccount>): Pod {
  return withServiceAccountToken(pod, lookup(account && { default: account }), 'cluster').pod;
}

test('init and main containers get the token; the volume holds token, ca.crt and namespace', () => {
  const pod = onCluster(podOf({ spec: { initContainers: [{ name: 'i' }] } }));
  for (const { container } of containersOf(pod))
    expect(container.volumeMounts).toEqual([
      { name: 'kube-api-access-token', mountPath: tokenMountPath, readOnly: true },
    ]);
  const [volume] = pod.spec.volumes ?? [];
  expect(volume?.projected?.sources?.flatMap(Object.keys)).toEqual([
    'serviceAccountToken',
    'configMap',
    'downwardAPI',
  ]);
});

test.each<readonly [boolean | undefined, boolean | undefined, boolean]>([
  [undefined, undefined, true],
  [undefined, false, false],
  [undefined, true, true],
  [false, true, false],
  [true, false, true],
])('on a cluster, pod %s, account %s: mounted %s', (ofPod, ofAccount, mounted) => {
  const pod = podOf({ spec: ofPod === undefined ? {} : { automountServiceAccountToken: ofPod } });
  const account = ofAccount === undefined ? {} : { automountServiceAccountToken: ofAccount };
  expect(onCluster(pod, account).spec.volumes !== undefined).toBe(mounted);
});

test.each<readonly [string, Partial<Pod['spec']>, Partial<ServiceAccount> | undefined, boolean, number]>([
  ['not, and a note says so, without the account', {}, undefined, false, 1],
  ['with the account', {}, {}, true, 0],
  ['when the pod asks for it', { automountServiceAccountToken: true }, undefined, true, 0],
  ['not when the pod does not want it', { automountServiceAccountToken: false }, {}, false, 0],
  ['not when the account does not want it', {}, { automountServiceAccountToken: false }, false, 0],
  ['not with an account of another name', { serviceAccountName: 'other' }, {}, false, 1],
])('alone it is mounted %s', (_, spec, account, mounted, findings) => {
  const accounts = lookup(account && { default: account });
  const result = withServiceAccountToken(podOf({ spec }), accounts, 'alone');
  expect(result.pod.spec.volumes !== undefined).toBe(mounted);
  expect(result.findings).toHaveLength(findings);
});

test('a container that mounts something there keeps it', () => {
  const volumeMounts = [{ name: 'mine', mountPath: tokenMountPath }];
  const pod = podOf({
    spec: { volumes: [{ name: 'mine', emptyDir: {} }], containers: [{ name: 'app', volumeMounts }] },
  });
  expect(onCluster(pod)).toBe(pod);
});

test('of two containers only the one without gets it', () => {
  const own = { name: 'own', volumeMounts: [{ name: 'mine', mountPath: tokenMountPath }] };
  const pod = podOf({
    spec: { volumes: [{ name: 'mine', emptyDir: {} }], containers: [own, { name: 'app' }] },
  });
  const { containers } = onCluster(pod).spec;
  expect(containers.map(({ volumeMounts }) => volumeMounts?.map(({ name }) => name))).toEqual([
    ['mine'],
    ['kube-api-access-token'],
  ]);
});

test('twice is once', () => {
  const once = onCluster(podOf());
  expect(onCluster(once)).toEqual(once);
});

test('the mount is Kubernetes’ own, not the manifest’s', () => {
  const pod = onCluster(podOf());
  const [container] = containersOf(pod);
  if (container === undefined) throw new Error('no container');
  const { confinement } = confine({ ...inputOf(), pod, container });
  const mount = confinement.mounts.find(({ destination }) => destination === tokenMountPath);
  expect(mount).toMatchObject({ readOnly: true, from: { kind: 'default', of: 'kubernetes' } });
});
