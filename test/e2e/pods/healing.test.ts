import { beforeAll, describe, expect, test } from 'vitest';
import { sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { containerOf, storyWhen } from '../../support/pod-story.ts';

const strict = { securityContext: { runAsNonRoot: true } };
const asNobody = { securityContext: { runAsNonRoot: true, runAsUser: 1000 } };
const running = (pod: string): readonly string[] => ['wait', '--for=condition=Ready', pod, '--timeout=3s'];

describe.runIf(canRunKubectl())('a pod that was refused', () => {
  const kubectl = useKubectl('healing');
  const refused = (name: string): Promise<unknown> =>
    storyWhen(kubectl, name, (story) =>
      expect(containerOf(story).state.waiting?.reason).toBe('CreateContainerConfigError'),
    );

  beforeAll(async () => {
    const items = [
      sleepers('web', 1, { spec: strict }),
      sleeper('root-user', { spec: strict }),
      sleeper('settings', { container: { envFrom: [{ configMapRef: { name: 'settings' } }] } }),
      sleeper('password', {
        container: { env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'password', key: 'p' } } }] },
      }),
      sleeper('mounted', {
        container: { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
        spec: { volumes: [{ name: 'v', configMap: { name: 'mounted' } }] },
      }),
    ];
    await kubectl.apply({ apiVersion: 'v1', kind: 'List', items });
  });

  test('runs as soon as its ConfigMap is there', async () => {
    await refused('settings');
    await kubectl.ok(['create', 'configmap', 'settings', '--from-literal=A=b']);
    await kubectl.ok(running('pod/settings'));
    expect(await kubectl.ok(['exec', 'settings', '--', 'sh', '-c', 'echo $A'])).toBe('b\n');
  });

  test('runs as soon as its Secret is there, and has the key that is wanted', async () => {
    await refused('password');
    await kubectl.ok(['create', 'secret', 'generic', 'password', '--from-literal=other=1']);
    await storyWhen(kubectl, 'password', (story) =>
      expect(containerOf(story).state.waiting?.message).toBe(
        "couldn't find key p in Secret healing/password",
      ),
    );
    await kubectl.ok(['patch', 'secret', 'password', '-p', '{"stringData":{"p":"x"}}']);
    await kubectl.ok(running('pod/password'));
  });

  test('runs as soon as what it mounts is there', async () => {
    await storyWhen(kubectl, 'mounted', ({ events }) =>
      expect(events.some((event) => event.startsWith('Warning FailedMount '))).toBe(true),
    );
    await kubectl.ok(['create', 'configmap', 'mounted', '--from-literal=file=text']);
    await kubectl.ok(running('pod/mounted'));
    expect(await kubectl.ok(['exec', 'mounted', '--', 'cat', '/v/file'])).toBe('text');
  });

  test('of a Deployment makes way when its manifest is fixed', async () => {
    await kubectl.apply(sleepers('web', 1, { spec: asNobody }));
    await kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=20s']);
    await expect
      .poll(
        async () => (await kubectl.ok(['get', 'pods', '-l', 'app=web', '--no-headers'])).split(/\s+/)[2],
        {
          timeout: 5000,
        },
      )
      .toBe('Running');
  });

  test('is refused again and again, which is counted, until kubectl set image gives it another user', async () => {
    await refused('root-user');
    const selector = 'involvedObject.name=root-user,reason=Failed';
    const count = ['get', 'events', `--field-selector=${selector}`, '-o', 'jsonpath={.items[0].count}'];
    await expect
      .poll(async () => Number(await kubectl.ok(count)), { timeout: 20_000, interval: 500 })
      .toBeGreaterThan(1);
    await kubectl.ok(['set', 'image', 'pod/root-user', 'c=localhost/busybox:1654']);
    await kubectl.ok(running('pod/root-user'));
    expect(await kubectl.ok(['exec', 'root-user', '--', 'id', '-u'])).toBe('1654\n');
    const story = await storyWhen(kubectl, 'root-user', () => undefined);
    expect(containerOf(story).restartCount).toBe(0);
  });
});
