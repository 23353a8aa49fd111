import { describe, expect, test } from 'vitest';
import { sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { podStory, rowOf, storyWhen } from '../../support/pod-story.ts';

describe.runIf(canRunKubectl())('where a pod runs, and where not', () => {
  const kubectl = useKubectl('placement');
  const ready = (...names: readonly string[]): Promise<string> =>
    kubectl.ok(['wait', '--for=condition=Ready', ...names.map((name) => `pod/${name}`), '--timeout=20s']);
  const apply = (manifest: object): ReturnType<typeof kubectl.run> =>
    kubectl.run(['apply', '-f', '-'], { input: JSON.stringify(manifest) });

  test('a host port is served on the host, and is there once', async () => {
    const container = {
      command: ['httpd', '-f', '-p', '8080'],
      ports: [{ containerPort: 8080, hostPort: 18_097 }],
    };
    await kubectl.apply(sleeper('port', { container }));
    await ready('port');
    expect((await fetch('http://127.0.0.1:18097/')).status).toBe(404);
    await kubectl.apply(sleeper('same-port', { container }));
    await storyWhen(kubectl, 'same-port', ({ events }) =>
      expect(events).toContainEqual(
        expect.stringMatching(
          /^Warning FailedScheduling 0\/1 nodes are available: 1 node\(s\) didn't have free ports for the requested pod ports\./,
        ),
      ),
    );
    await kubectl.ok(['delete', 'pod', 'port']);
    await ready('same-port');
  });

  test('a pod in the network of its host has the address of its host', async () => {
    await kubectl.apply(sleeper('host-network', { spec: { hostNetwork: true } }));
    await ready('host-network');
    const { podIP, hostIP } = (await podStory(kubectl, 'host-network')).pod.status ?? {};
    expect(podIP).toBe(hostIP);
  });

  test('kubectl drain evicts, and what a controller keeps comes back on uncordon', async () => {
    await kubectl.apply(sleepers('kept', 1));
    await kubectl.ok(['rollout', 'status', 'deployment/kept', '--timeout=20s']);
    const before = await kubectl.ok(['get', 'pods', '-l', 'app=kept', '-o', 'name']);
    try {
      const drained = await kubectl.ok(['drain', 'podproof', '--pod-selector=app=kept']);
      expect(drained).toContain(`evicting pod placement/${before.trim().slice('pod/'.length)}`);
      expect(drained).toContain('node/podproof drained');
      await expect
        .poll(
          async () => (await kubectl.ok(['get', 'pods', '-l', 'app=kept', '--no-headers'])).split(/\s+/)[2],
        )
        .toBe('Pending');
      const after = (await kubectl.ok(['get', 'pods', '-l', 'app=kept', '-o', 'name'])).trim();
      expect(after).not.toBe(before.trim());
      await storyWhen(kubectl, after.slice('pod/'.length), ({ events }) =>
        expect(events).toContainEqual(
          expect.stringMatching(
            /^Warning FailedScheduling 0\/1 nodes are available: 1 node\(s\) were unschedulable\./,
          ),
        ),
      );
    } finally {
      await kubectl.ok(['uncordon', 'podproof']);
    }
    await kubectl.ok(['rollout', 'status', 'deployment/kept', '--timeout=20s']);
  });

  test('a node selector that fits no node keeps a pod Pending', async () => {
    await kubectl.apply(sleeper('elsewhere', { spec: { nodeSelector: { disk: 'fast' } } }));
    await storyWhen(kubectl, 'elsewhere', (story) => {
      expect(story.events).toContainEqual(
        expect.stringMatching(
          /^Warning FailedScheduling 0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector\./,
        ),
      );
      expect(story.status.conditions).toContainEqual(
        expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }),
      );
    });
    expect((await rowOf(kubectl, 'elsewhere')).status).toBe('Pending');
  });

  test('a RuntimeClass that is not there is refused', async () => {
    const { stderr } = await apply(sleeper('class', { spec: { runtimeClassName: 'gvisor' } }));
    expect(stderr).toContain('pods "class" is forbidden: pod rejected: RuntimeClass "gvisor" not found');
  });

  test('kubectl apply says which fields podproof does not carry out, and a pod that cannot be run says why', async () => {
    const volumes = [{ name: 'v', nfs: { server: 'nfs.example', path: '/' } }];
    const { stderr, exitCode } = await apply(sleeper('nfs', { spec: { volumes } }));
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Warning: podproof does not carry out spec.volumes[0].nfs: ');
    await storyWhen(kubectl, 'nfs', ({ events }) =>
      expect(events).toContainEqual(
        expect.stringMatching(
          /^Warning PodFeatureUnsupported podproof does not carry out spec\.volumes\[0\]\.nfs: /,
        ),
      ),
    );
    const deployment = await apply(sleepers('nfs', 0, { spec: { volumes } }));
    expect(deployment.stderr).toContain(
      'Warning: podproof does not carry out spec.template.spec.volumes[0].nfs: ',
    );
  });
});
