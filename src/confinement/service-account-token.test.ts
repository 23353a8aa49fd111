import { expect, test } from 'vitest';
import { inputOf, podOf } from '../../test/support/confine-inputs.ts';
import type { ServiceAccount } from '../kube/references.ts';
import { confine } from './confine.ts';
import { containersOf } from './containers.ts';
import { tokenMountPath, withServiceAccountToken } from './service-account-token.ts';

const account = (automount?: boolean): ServiceAccount => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'default' },
  ...(automount !== undefined && { automountServiceAccountToken: automount }),
});

test('init and main containers get the token; the volume holds token, ca.crt and namespace', () => {
  const pod = withServiceAccountToken(podOf({ spec: { initContainers: [{ name: 'i' }] } }), undefined);
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
])('pod %s, account %s: mounted %s', (ofPod, ofAccount, mounted) => {
  const pod = podOf({ spec: ofPod === undefined ? {} : { automountServiceAccountToken: ofPod } });
  const { volumes } = withServiceAccountToken(pod, account(ofAccount)).spec;
  expect(volumes !== undefined).toBe(mounted);
});

test('a container that mounts something there keeps it', () => {
  const volumeMounts = [{ name: 'mine', mountPath: tokenMountPath }];
  const pod = podOf({
    spec: { volumes: [{ name: 'mine', emptyDir: {} }], containers: [{ name: 'app', volumeMounts }] },
  });
  expect(withServiceAccountToken(pod, undefined)).toBe(pod);
});

test('of two containers only the one without gets it', () => {
  const own = { name: 'own', volumeMounts: [{ name: 'mine', mountPath: tokenMountPath }] };
  const pod = podOf({
    spec: { volumes: [{ name: 'mine', emptyDir: {} }], containers: [own, { name: 'app' }] },
  });
  const { containers } = withServiceAccountToken(pod, undefined).spec;
  expect(containers.map(({ volumeMounts }) => volumeMounts?.map(({ name }) => name))).toEqual([
    ['mine'],
    ['kube-api-access-token'],
  ]);
});

test('twice is once', () => {
  const once = withServiceAccountToken(podOf(), undefined);
  expect(withServiceAccountToken(once, undefined)).toEqual(once);
});

test('the mount is Kubernetes’ own, not the manifest’s', () => {
  const pod = withServiceAccountToken(podOf(), undefined);
  const [container] = containersOf(pod);
  if (container === undefined) throw new Error('no container');
  const { confinement } = confine({ ...inputOf(), pod, container });
  const mount = confinement.mounts.find(({ destination }) => destination === tokenMountPath);
  expect(mount).toMatchObject({ readOnly: true, from: { kind: 'default', of: 'kubernetes' } });
});
