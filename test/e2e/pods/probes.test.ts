import { beforeAll, describe, expect, test } from 'vitest';
import { shell, sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { conditionOf, containerOf, rowOf, storyWhen } from '../../support/pod-story.ts';

const often = { periodSeconds: 1 };
const server = 'mkdir /w; touch /w/ok; exec httpd -f -p 8080 -h /w';

interface Row {
  readonly name: string;
  readonly probe: Readonly<Record<string, unknown>>;
  readonly script?: string;
  readonly event: string;
}

const rows: readonly Row[] = [
  {
    name: 'http-nobody',
    probe: { readinessProbe: { ...often, httpGet: { port: 8080, path: '/healthz' } } },
    event:
      'Readiness probe failed: Get "http://IP:8080/healthz": dial tcp IP:8080: connect: connection refused',
  },
  {
    name: 'http-status',
    probe: { readinessProbe: { ...often, httpGet: { port: 8080, path: '/none' } } },
    script: server,
    event: 'Readiness probe failed: HTTP probe failed with statuscode: 404',
  },
  {
    name: 'http-silent',
    probe: { readinessProbe: { ...often, httpGet: { port: 8080 } } },
    script: 'nc -ll -p 8080 -e sleep 60',
    event:
      'Readiness probe failed: Get "http://IP:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  },
  {
    name: 'tcp-nobody',
    probe: { readinessProbe: { ...often, tcpSocket: { port: 8081 } } },
    event: 'Readiness probe failed: dial tcp IP:8081: connect: connection refused',
  },
  {
    name: 'grpc-nobody',
    probe: { readinessProbe: { ...often, grpc: { port: 9000 } } },
    event:
      'Readiness probe failed: timeout: failed to connect service "IP:9000" within 1s: context deadline exceeded',
  },
  {
    name: 'exec-fails',
    probe: { readinessProbe: { ...often, exec: { command: ['sh', '-c', 'echo sick; exit 1'] } } },
    event: 'Readiness probe failed: sick\n',
  },
  {
    name: 'exec-slow',
    probe: { readinessProbe: { ...often, exec: { command: ['sleep', '20'] } } },
    event: 'Readiness probe failed: command timed out: "sleep 20" timed out after 1s',
  },
  {
    name: 'exec-nothing',
    probe: { readinessProbe: { ...often, exec: { command: ['/nope'] } } },
    event:
      'Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: ' +
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown',
  },
];

const restarted = [
  {
    name: 'alive',
    kind: 'liveness',
    spec: { livenessProbe: { ...often, failureThreshold: 1, tcpSocket: { port: 1 } } },
  },
  {
    name: 'began',
    kind: 'startup',
    spec: { startupProbe: { ...often, failureThreshold: 1, tcpSocket: { port: 1 } } },
  },
];

describe.runIf(canRunKubectl())('probes', () => {
  const kubectl = useKubectl('probes');

  beforeAll(async () => {
    const items = [
      ...rows.map(({ name, probe, script = 'sleep 3600' }) => shell(name, script, { container: probe })),
      ...restarted.map(({ name, spec }) => sleeper(name, { container: spec })),
      shell('turns', server, {
        container: {
          readinessProbe: { ...often, failureThreshold: 1, httpGet: { port: 8080, path: '/ok' } },
        },
      }),
      sleeper('gated', { spec: { readinessGates: [{ conditionType: 'example.com/load' }] } }),
    ];
    await kubectl.apply({ apiVersion: 'v1', kind: 'List', items });
  });

  test.each(rows)('$name: $event', async ({ name, event }) => {
    const story = await storyWhen(kubectl, name, ({ events }) =>
      expect(events).toContain(`c: Warning Unhealthy ${event}`),
    );
    expect(containerOf(story)).toMatchObject({ ready: false, state: { running: {} } });
    expect(await rowOf(kubectl, name)).toMatchObject({ ready: '0/1', status: 'Running' });
    expect(conditionOf(story, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [c]',
    });
  });

  test.each(restarted)('a $kind probe that fails restarts its container', async ({ name, kind }) => {
    const title = kind === 'liveness' ? 'Liveness' : 'Startup';
    const story = await storyWhen(kubectl, name, (current) => {
      expect(containerOf(current).restartCount).toBeGreaterThan(0);
      expect(current.events).toEqual(
        expect.arrayContaining([
          `c: Warning Unhealthy ${title} probe failed: dial tcp IP:1: connect: connection refused`,
          `c: Normal Killing Container c failed ${kind} probe, will be restarted`,
        ]),
      );
    });
    expect(containerOf(story).lastState).toMatchObject({ terminated: { exitCode: 137, reason: 'Error' } });
  });

  test('READY follows the readiness probe, both ways', async () => {
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/turns', '--timeout=20s']);
    expect(await rowOf(kubectl, 'turns')).toMatchObject({ ready: '1/1', restarts: '0' });
    await kubectl.ok(['exec', 'turns', '--', 'rm', '/w/ok']);
    await kubectl.ok(['wait', '--for=condition=Ready=False', 'pod/turns', '--timeout=20s']);
    expect(await rowOf(kubectl, 'turns')).toMatchObject({ ready: '0/1', status: 'Running', restarts: '0' });
    await kubectl.ok(['exec', 'turns', '--', 'touch', '/w/ok']);
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/turns', '--timeout=20s']);
  });

  test('a readiness gate is one more condition of readiness', async () => {
    const closed = await storyWhen(kubectl, 'gated', (story) =>
      expect(conditionOf(story, 'ContainersReady')).toMatchObject({ status: 'True' }),
    );
    expect(conditionOf(closed, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "example.com/load" does not exist.',
    });
    const conditions = [{ type: 'example.com/load', status: 'True' }];
    const patch = JSON.stringify({ status: { conditions } });
    await kubectl.ok(['patch', 'pod', 'gated', '--subresource=status', '-p', patch]);
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/gated', '--timeout=20s']);
  });
});
