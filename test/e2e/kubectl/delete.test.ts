import { beforeAll, describe, expect, test } from 'vitest';
import { shell, sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

describe.runIf(canRunKubectl())('kubectl delete and wait', () => {
  const kubectl = useKubectl('delete');
  const names = async (): Promise<readonly string[]> =>
    (await kubectl.ok(['get', 'pods', '-o', 'name'])).trim().split('\n').filter(Boolean);

  beforeAll(async () => {
    await kubectl.apply(sleeper('first', { labels: { group: 'x' } }));
    await kubectl.apply(sleeper('second', { labels: { group: 'x' } }));
    await kubectl.apply(sleeper('third'));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s']);
  });

  test('waits until the pod is gone', async () => {
    expect(await kubectl.ok(['delete', 'pod', 'third'])).toBe('pod "third" deleted\n');
    expect(await names()).toEqual(['pod/first', 'pod/second']);
  });

  test('a grace period lets the container end by itself', async () => {
    await kubectl.apply(
      shell('graceful', 'trap "exit 0" TERM; while true; do sleep 0.1; done', {
        spec: { terminationGracePeriodSeconds: 30 },
      }),
    );
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/graceful', '--timeout=30s']);
    const started = performance.now();
    await kubectl.ok(['delete', 'pod', 'graceful']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('--force does not wait for a container that ignores the signal', async () => {
    await kubectl.apply(
      shell('stubborn', 'trap "" TERM; while true; do sleep 1; done', {
        spec: { terminationGracePeriodSeconds: 60 },
      }),
    );
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/stubborn', '--timeout=30s']);
    await kubectl.ok(['delete', 'pod', 'stubborn', '--force'], { timeoutMs: 15_000 });
    expect(await names()).not.toContain('pod/stubborn');
  });

  test('--force --grace-period=0 says that it waits for nothing', async () => {
    await kubectl.apply(sleeper('forced'));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/forced', '--timeout=30s']);
    const { stdout, stderr } = await kubectl.run(['delete', 'pod', 'forced', '--force', '--grace-period=0']);
    expect(stdout).toBe('pod "forced" force deleted\n');
    expect(stderr).toContain('Warning: Immediate deletion does not wait for confirmation');
  });

  test('-l and --all', async () => {
    await kubectl.ok(['delete', 'pods', '-l', 'group=x', '--grace-period=1']);
    expect(await names()).toEqual([]);
    await kubectl.apply(sleeper('a'));
    await kubectl.apply(sleeper('b'));
    await kubectl.ok(['delete', 'pods', '--all', '--now']);
    expect(await names()).toEqual([]);
  });

  test('a deployment takes its replica sets and pods along; --cascade=orphan leaves them', async () => {
    await kubectl.apply(sleepers('web', 2));
    await kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    await kubectl.ok(['delete', 'deployment', 'web']);
    await expect.poll(names, { timeout: 20_000 }).toEqual([]);
    await kubectl.apply(sleepers('kept', 1));
    await kubectl.ok(['rollout', 'status', 'deployment/kept', '--timeout=60s']);
    await kubectl.ok(['delete', 'deployment', 'kept', '--cascade=orphan']);
    expect(await kubectl.ok(['get', 'rs', '-l', 'app=kept', '-o', 'name'])).toContain(
      'replicaset.apps/kept-',
    );
    await kubectl.ok(['delete', 'rs', '-l', 'app=kept', '--cascade=foreground']);
    expect(await names()).toEqual([]);
  });

  test('wait for what is only to be made', async () => {
    const waiting = kubectl.ok(['wait', '--for=create', 'configmap/later', '--timeout=20s']);
    await kubectl.ok(['create', 'configmap', 'later']);
    expect(await waiting).toBe('configmap/later condition met\n');
  });

  test('wait for deletion, for a condition that does not come, and for nothing', async () => {
    await kubectl.apply(
      shell('leaving', 'trap "" TERM; while true; do sleep 1; done', {
        spec: { terminationGracePeriodSeconds: 2 },
      }),
    );
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/leaving', '--timeout=30s']);
    await kubectl.ok(['delete', 'pod', 'leaving', '--wait=false']);
    expect(await kubectl.ok(['wait', '--for=delete', 'pod/leaving', '--timeout=30s'])).toMatch(
      /pod\/leaving condition met/,
    );
    await kubectl.apply(sleeper('staying'));
    const never = await kubectl.run(['wait', '--for=condition=Strange', 'pod/staying', '--timeout=1s']);
    expect(never.stderr).toContain('timed out waiting for the condition on pods/staying');
    const nobody = await kubectl.run(['wait', '--for=condition=Ready', 'pod/nobody', '--timeout=1s']);
    expect(nobody.stderr).toContain('pods "nobody" not found');
  });

  test('a finalizer holds an object until it is taken off', async () => {
    const held = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', finalizers: ['example.com/hold'] },
    };
    await kubectl.apply(held);
    await kubectl.ok(['delete', 'cm', 'held', '--wait=false']);
    expect(await kubectl.ok(['get', 'cm', 'held', '-o', 'jsonpath={.metadata.deletionTimestamp}'])).toMatch(
      /^20/,
    );
    await kubectl.ok(['patch', 'cm', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    expect((await kubectl.run(['get', 'cm', 'held'])).exitCode).toBe(1);
  });
});
