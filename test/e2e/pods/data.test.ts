import { beforeAll, describe, expect, test } from 'vitest';
import { sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

const fieldRef = (fieldPath: string): object => ({ fieldRef: { fieldPath } });

describe.runIf(canRunKubectl())('what a pod is given', () => {
  const kubectl = useKubectl('data');
  const read = (path: string): Promise<string> => kubectl.ok(['exec', 'pod', '--', 'cat', path]);
  const eventually = (path: string): { toBe(text: string): Promise<void> } =>
    expect.poll(() => read(path), { timeout: 10_000, interval: 100 });

  beforeAll(async () => {
    await kubectl.ok(['create', 'configmap', 'config', '--from-literal=key=before']);
    await kubectl.ok(['create', 'secret', 'generic', 'secret', '--from-literal=key=before']);
    await kubectl.apply(
      sleeper('pod', {
        labels: { stage: 'before' },
        container: {
          env: [
            { name: 'KEY', valueFrom: { configMapKeyRef: { name: 'config', key: 'key' } } },
            { name: 'STAGE', valueFrom: fieldRef("metadata.labels['stage']") },
            { name: 'NODE', valueFrom: fieldRef('spec.nodeName') },
            { name: 'POD_IP', valueFrom: fieldRef('status.podIP') },
          ],
          volumeMounts: [
            { name: 'config', mountPath: '/config' },
            { name: 'secret', mountPath: '/secret' },
            { name: 'config', mountPath: '/file', subPath: 'key' },
            { name: 'about', mountPath: '/about' },
            { name: 'all', mountPath: '/all' },
          ],
        },
        spec: {
          volumes: [
            { name: 'config', configMap: { name: 'config' } },
            { name: 'secret', secret: { secretName: 'secret' } },
            { name: 'about', downwardAPI: { items: [{ path: 'labels', ...fieldRef('metadata.labels') }] } },
            {
              name: 'all',
              projected: {
                sources: [
                  { configMap: { name: 'config', items: [{ key: 'key', path: 'config' }] } },
                  { secret: { name: 'secret', items: [{ key: 'key', path: 'secret' }] } },
                ],
              },
            },
          ],
        },
      }),
    );
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/pod', '--timeout=20s']);
  });

  test('volumes follow the objects that they are made of; subPath and environment do not', async () => {
    expect(await read('/config/key')).toBe('before');
    await kubectl.ok(['patch', 'configmap', 'config', '-p', '{"data":{"key":"after"}}']);
    await kubectl.ok(['patch', 'secret', 'secret', '-p', '{"stringData":{"key":"after"}}']);
    await eventually('/config/key').toBe('after');
    await eventually('/secret/key').toBe('after');
    await eventually('/all/config').toBe('after');
    await eventually('/all/secret').toBe('after');
    expect(await read('/file')).toBe('before');
    expect(await kubectl.ok(['exec', 'pod', '--', 'sh', '-c', 'echo $KEY'])).toBe('before\n');
  });

  test('a downward API volume follows the labels; environment does not', async () => {
    expect(await read('/about/labels')).toBe('stage="before"');
    await kubectl.ok(['label', 'pod', 'pod', 'stage=after', '--overwrite']);
    await eventually('/about/labels').toBe('stage="after"');
    expect(await kubectl.ok(['exec', 'pod', '--', 'sh', '-c', 'echo $STAGE'])).toBe('before\n');
  });

  test('fields of spec and status are in its environment', async () => {
    const ip = await kubectl.ok(['get', 'pod', 'pod', '-o', 'jsonpath={.status.podIP}']);
    expect(await kubectl.ok(['exec', 'pod', '--', 'sh', '-c', 'echo $POD_IP $NODE'])).toBe(
      `${ip} podproof\n`,
    );
  });
});
