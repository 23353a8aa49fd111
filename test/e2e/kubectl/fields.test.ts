import { describe, expect, test } from 'vitest';
import { sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

function runtimeClass(name: string, handler: string): object {
  return { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler };
}

describe.runIf(canRunKubectl())('fields', () => {
  const kubectl = useKubectl('fields');
  const apply = (...items: readonly object[]): ReturnType<typeof kubectl.run> =>
    kubectl.run(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
  const read = (what: string, path: string): Promise<string> =>
    kubectl.ok(['get', ...what.split(' '), '-o', `jsonpath={${path}}`]);
  const until = (what: string, path: string) =>
    expect.poll(() => read(what, path), { timeout: 15_000, interval: 100 });

  test('that are not carried out are told when an object is written, and are kept', async () => {
    const { stdout, stderr } = await apply(
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { ports: [{ port: 80 }], externalIPs: ['192.0.2.7'] },
      },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'fields-nfs' },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteMany'],
          nfs: { server: 's', path: '/' },
        },
      },
    );
    expect(stderr.trim().split('\n')).toEqual([
      'Warning: podproof does not carry out spec.externalIPs: the service is reached at its cluster IP and node ports',
      'Warning: podproof does not carry out spec.nfs: only hostPath and local volumes can be mounted',
    ]);
    expect(stdout).toContain('service/web created');
    expect(await read('service web', '.spec.externalIPs[0]')).toBe('192.0.2.7');
    await kubectl.ok(['delete', 'pv', 'fields-nfs']);
  });

  test("a RuntimeClass runs a pod when it names the node's runtime", async () => {
    await apply(runtimeClass('fields-runc', 'runc'), runtimeClass('fields-gvisor', 'runsc'));
    await apply(
      sleeper('plain', { spec: { runtimeClassName: 'fields-runc' } }),
      sleeper('sandboxed', { spec: { runtimeClassName: 'fields-gvisor' } }),
    );
    await until('pod plain', '.status.phase').toBe('Running');
    await until(
      'events --field-selector=involvedObject.name=sandboxed,reason=FailedCreatePodSandBox',
      '.items[0].message',
    ).toContain('no runtime for "runsc" is configured');
    expect(await read('pod sandboxed', '.status.phase')).toBe('Pending');
    await kubectl.ok(['delete', 'runtimeclass', 'fields-runc', 'fields-gvisor']);
  });

  test('a gated pod waits, and goes on when its gate is taken off', async () => {
    await apply(sleeper('gated', { spec: { schedulingGates: [{ name: 'example.com/wait' }] } }));
    await until('pod gated', '.status.conditions[?(@.type=="PodScheduled")].reason').toBe('SchedulingGated');
    await kubectl.ok(['patch', 'pod', 'gated', '--type=merge', '-p', '{"spec":{"schedulingGates":null}}']);
    await until('pod gated', '.status.phase').toBe('Running');
  });
});
