import { beforeAll, describe, expect, test } from 'vitest';
import { shell, sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

describe.runIf(canRunKubectl())('kubectl describe and events', () => {
  const kubectl = useKubectl('describe');

  beforeAll(async () => {
    await kubectl.apply(sleepers('web', 1));
    await kubectl.apply(sleeper('refused', { spec: { securityContext: { runAsNonRoot: true } } }));
    await kubectl.ok(['expose', 'deployment', 'web', '--port=80']);
    await kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    await kubectl.ok(
      [
        'wait',
        '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CreateContainerConfigError',
        'pod/refused',
      ],
      { timeoutMs: 30_000 },
    );
  });

  test('pod: state, reason and events of a refusal', async () => {
    const described = await kubectl.ok(['describe', 'pod', 'refused']);
    expect(described).toMatch(/State:\s+Waiting\n\s+Reason:\s+CreateContainerConfigError/);
    expect(described).toMatch(
      /Warning\s+Failed\s+.*kubelet, podproof|Warning\s+Failed\s+.*kubelet\s+Error: container has runAsNonRoot and image will run as root/,
    );
    expect(described).toMatch(/Normal\s+Scheduled\s+.*Successfully assigned describe\/refused to podproof/);
  });

  test('pod: the usual events in their order', async () => {
    const described = await kubectl.ok(['describe', 'pod', '-l', 'app=web']);
    const reasons = [...described.matchAll(/^\s+Normal\s+(\S+)/gm)].map((match) => match[1]);
    expect(reasons).toEqual(['Scheduled', 'Pulled', 'Created', 'Started']);
    expect(described).toMatch(/Controlled By:\s+ReplicaSet\/web-/);
    expect(described).toMatch(/ConfinementProven\s+True/);
  });

  test('deployment and replicaset', async () => {
    const deployment = await kubectl.ok(['describe', 'deployment', 'web']);
    expect(deployment).toMatch(
      /Replicas:\s+1 desired \| 1 updated \| 1 total \| 1 available \| 0 unavailable/,
    );
    expect(deployment).toMatch(/Available\s+True\s+MinimumReplicasAvailable/);
    expect(deployment).toMatch(/Progressing\s+True\s+NewReplicaSetAvailable/);
    expect(deployment).toMatch(/ScalingReplicaSet\s+.*Scaled up replica set web-\S+ (?:from 0 )?to 1/);
    const replicaSet = await kubectl.ok(['describe', 'rs', '-l', 'app=web']);
    expect(replicaSet).toMatch(/Pods Status:\s+1 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed/);
    expect(replicaSet).toMatch(/SuccessfulCreate\s+.*Created pod: web-/);
  });

  test('service shows its endpoints', async () => {
    const described = await kubectl.ok(['describe', 'service', 'web']);
    expect(described).toMatch(/Endpoints:\s+10\.\d+\.\d+\.\d+:80/);
    expect(described).toMatch(/IP:\s+10\./);
  });

  test('node and namespace', async () => {
    const node = await kubectl.ok(['describe', 'node', 'podproof']);
    expect(node).toMatch(/Ready\s+True/);
    expect(node).toMatch(/Kubelet Version:\s+v1\.36/);
    expect(node).toMatch(/describe\s+web-/);
    const namespace = await kubectl.ok(['describe', 'namespace', 'describe']);
    expect(namespace).toMatch(/Status:\s+Active/);
  });

  test('events -w goes on with what happens', async () => {
    const watching = kubectl.run(['events', '--watch'], { timeoutMs: 2500 });
    await kubectl.ok(['create', 'job', 'told', '--image=localhost/busybox:root', '--', 'true']);
    await kubectl.ok(['wait', '--for=condition=Complete', 'job/told', '--timeout=20s']);
    expect((await watching).stdout).toMatch(/Normal +Completed +Job\/told +Job completed/);
  });

  test('what else there is has its own page', async () => {
    await kubectl.ok(['create', 'configmap', 'told', '--from-literal=key=text']);
    await kubectl.ok(['create', 'secret', 'generic', 'told', '--from-literal=key=text']);
    const pages = await kubectl.ok([
      'describe',
      'configmap/told',
      'secret/told',
      'serviceaccount/default',
      'job/told',
    ]);
    expect(pages).toMatch(/key:\n----\ntext\n/);
    expect(pages).toMatch(/key: +4 bytes/);
    expect(pages).toMatch(/Mountable secrets: +<none>/);
    expect(pages).toMatch(/Pods Statuses: +0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed/);
    expect(await kubectl.ok(['describe', 'events'])).toContain('Reporting Component:');
    expect(await kubectl.ok(['describe', 'pods', 'refu'])).toMatch(/^Name: +refused$/m);
  });

  test('events, of everything and of one object', async () => {
    const all = await kubectl.ok(['events']);
    expect(all).toMatch(/Warning\s+Failed\s+Pod\/refused/);
    const own = await kubectl.ok(['events', '--for', 'pod/refused', '--types=Warning']);
    expect(own).not.toContain('Scheduled');
    expect(own).toContain('Error: container has runAsNonRoot and image will run as root');
    expect(await kubectl.ok(['get', 'events', '--field-selector', 'reason=Scheduled'])).toContain(
      'pod/refused',
    );
    expect(await kubectl.ok(['get', 'events.events.k8s.io'])).toContain('Scheduled');
  });

  test('repeated events are counted', async () => {
    await kubectl.apply(shell('crash', 'exit 1'));
    await kubectl.ok(
      ['wait', '--for=jsonpath={.status.containerStatuses[0].restartCount}=2', 'pod/crash', '--timeout=60s'],
      { timeoutMs: 70_000 },
    );
    expect(await kubectl.ok(['get', 'pod', 'crash'])).toMatch(
      /crash\s+0\/1\s+(?:Error|CrashLoopBackOff)\s+2/,
    );
    const events = await kubectl.ok(['describe', 'pod', 'crash']);
    expect(events).toMatch(/\(x\d+ over \S+\)/);
    expect(events).toContain('Back-off restarting failed container c in pod crash_describe(');
  });
});
