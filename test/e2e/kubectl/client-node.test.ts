import { PassThrough } from 'node:stream';
import { CoreV1Api, Exec, KubeConfig, Log, makeInformer, type V1Pod } from '@kubernetes/client-node';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { shell } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

describe.runIf(canRunKubectl())('@kubernetes/client-node', () => {
  const kubectl = useKubectl('client');
  const config = new KubeConfig();
  let core: CoreV1Api;

  beforeAll(async () => {
    config.loadFromFile(inject('kubeconfig'));
    core = config.makeApiClient(CoreV1Api);
    await kubectl.apply(shell('box', 'echo hello from the log; sleep 3600', { labels: { app: 'box' } }));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/box', '--timeout=60s']);
  });

  test('objects are read and written', async () => {
    const created = await core.createNamespacedConfigMap({
      namespace: 'client',
      body: { metadata: { generateName: 'made-' }, data: { a: '1' } },
    });
    expect(created.metadata?.name).toMatch(/^made-[a-z0-9]{5}$/);
    const { items } = await core.listNamespacedPod({ namespace: 'client', labelSelector: 'app=box' });
    expect(items.map((it) => it.status?.phase)).toEqual(['Running']);
  });

  test('an informer hears of what comes and goes', async () => {
    const heard: string[] = [];
    const informer = makeInformer<V1Pod>(config, '/api/v1/namespaces/client/pods', () =>
      core.listNamespacedPod({ namespace: 'client' }),
    );
    informer.on('add', (pod) => heard.push(`add ${pod.metadata?.name ?? ''}`));
    informer.on('delete', (pod) => heard.push(`delete ${pod.metadata?.name ?? ''}`));
    await informer.start();
    await kubectl.apply(shell('guest', 'sleep 3600'));
    await kubectl.ok(['delete', 'pod', 'guest', '--now']);
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['add box', 'add guest', 'delete guest']);
    await informer.stop();
  });

  test('exec and logs stream', async () => {
    const output = new PassThrough();
    const status = await new Promise((resolve, reject) => {
      new Exec(config)
        .exec(
          'client',
          'box',
          'c',
          ['sh', '-c', 'echo over the wire; exit 2'],
          output,
          null,
          null,
          false,
          resolve,
        )
        .catch(reject);
    });
    expect(status).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode' });
    expect(output.read()?.toString()).toBe('over the wire\n');
    const log = new PassThrough();
    await new Log(config).log('client', 'box', 'c', log, { follow: false });
    await expect.poll(() => log.read()?.toString()).toBe('hello from the log\n');
  });
});
