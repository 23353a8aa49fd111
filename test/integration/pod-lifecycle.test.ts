import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tailLog } from '../../src/node/logs.ts';
import { startPod } from '../../src/node/run-pod.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { script, testPod } from '../support/test-node.ts';
import { usePods } from '../support/use-pods.ts';

const pods = usePods();
const { start, log } = pods;

const quick = { initialMs: 50, maxMs: 200, resetAfterMs: 600_000 };
const shared = { volumes: [{ name: 'v', emptyDir: {} }] };
const mounts = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
/** Ends at once when asked to. */
const idle = 'trap "exit 0" TERM; sleep 1000 & wait';

describe.skipIf(!canRunContainers())('a pod', () => {
  it('runs its init containers in order before the others', async () => {
    const pod = await start(
      testPod({
        ...shared,
        initContainers: [
          script('one', 'echo one >> /v/order', mounts),
          script('two', 'echo two >> /v/order', mounts),
        ],
        containers: [script('main', `cat /v/order; ${idle}`, mounts)],
      }),
    );
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    const { initContainerStatuses = [], phase } = pod.status();
    expect(initContainerStatuses.map(({ state }) => state.terminated?.reason)).toEqual([
      'Completed',
      'Completed',
    ]);
    expect(phase).toBe('Running');
    await expect.poll(() => log(pod, 'main')).toEqual(['one', 'two']);
  });

  it('fails when an init container fails and nothing may be restarted', async () => {
    const pod = await start(
      testPod({
        restartPolicy: 'Never',
        initContainers: [script('i', 'exit 3')],
        containers: [script('c', idle)],
      }),
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    const { phase, containerStatuses } = pod.status();
    expect(phase).toBe('Failed');
    expect(containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
  });

  it('keeps its sidecars until the others are done, and has then succeeded', async () => {
    const pod = await start(
      testPod({
        ...shared,
        restartPolicy: 'Never',
        initContainers: [
          {
            ...script(
              'side',
              `trap "echo side >> /v/order; exit 0" TERM; touch /v/up; sleep 1000 & wait`,
              mounts,
            ),
            restartPolicy: 'Always',
          },
          {
            ...script('outer', `trap "echo outer >> /v/order; exit 0" TERM; sleep 1000 & wait`, mounts),
            restartPolicy: 'Always',
          },
        ],
        containers: [
          script('main', 'while [ ! -e /v/up ]; do sleep 0.02; done; echo main >> /v/order', mounts),
        ],
        terminationGracePeriodSeconds: 5,
      }),
    );
    expect(await pod.waitUntil('finished', 20_000)).toBe(true);
    expect(pod.status().phase).toBe('Succeeded');
    const order = pod.status().initContainerStatuses?.map(({ state }) => state.terminated?.exitCode);
    expect(order).toEqual([0, 0]);
    expect(readFile(pod, 'v/order')).toBe('main\nouter\nside\n');
  });

  it('restarts a container with a growing delay, and says so as the kubelet does', async () => {
    const slow = { initialMs: 10_000, maxMs: 300_000, resetAfterMs: 600_000 };
    const pod = await start(testPod({ containers: [script('c', 'echo run; exit 7')] }), { backOff: slow });
    const isBackingOff = await pod.waitUntil(
      ({ containerStatuses }) => containerStatuses?.[0]?.state.waiting?.reason === 'CrashLoopBackOff',
      10_000,
    );
    expect(isBackingOff).toBe(true);
    const uid = pod.pod.metadata.uid ?? '';
    expect(pod.status().containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off 10s restarting failed container=c pod=web_default(${uid})`,
        },
      },
      lastState: { terminated: { exitCode: 7, reason: 'Error' } },
    });
    expect(await pod.waitUntil('settled', 1000)).toBe(true);
  });

  it('restarts again and again, each run with a log of its own', async () => {
    const pod = await start(testPod({ containers: [script('c', 'exit 7')] }), { backOff: quick });
    expect(
      await pod.waitUntil(
        ({ containerStatuses }) => (containerStatuses?.[0]?.restartCount ?? 0) >= 3,
        20_000,
      ),
    ).toBe(true);
    expect(readdirSync(`${pod.dir}/logs/c`)).toContain('2.log');
  });

  it('runs the others when one container is refused', async () => {
    const pod = await start(
      testPod({
        containers: [
          script('bad', idle, {
            env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'missing', key: 'k' } } }],
          }),
          script('good', idle),
        ],
      }),
    );
    expect(await pod.waitUntil('settled', 10_000)).toBe(true);
    const [bad, good] = pod.status().containerStatuses ?? [];
    expect(bad?.state).toEqual({
      waiting: { reason: 'CreateContainerConfigError', message: 'configmap "missing" not found' },
    });
    expect(good?.state.running).toBeDefined();
    expect(readdirSync(`${pod.dir}/containers`)).toEqual(['good-0']);
  });

  it('heals by itself when what was missing comes, if refusals are retried', async () => {
    const container = script('c', 'echo $A; sleep 1000', {
      env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'k' } } }],
    });
    const pod = await start(testPod({ containers: [container] }), { retryRefusedMs: 50 });
    expect(await pod.waitUntil('settled', 10_000)).toBe(true);
    expect(pod.status().containerStatuses?.[0]?.state.waiting?.reason).toBe('CreateContainerConfigError');
    const metadata = { name: 'late', namespace: 'default' };
    pods.node.objects.current = {
      configMap: () => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { k: 'here' } }),
    };
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    expect(pod.status().containerStatuses?.[0]?.restartCount).toBe(0);
    await expect.poll(() => log(pod, 'c')).toEqual(['here']);
    pods.node.objects.current = {};
  });

  it('a command that does not exist is a RunContainerError, with the text of the runtime', async () => {
    const pod = await start(testPod({ containers: [{ name: 'c', image: 'x', command: ['/nothing'] }] }));
    expect(await pod.waitUntil('ready', 10_000)).toBe(false);
    const [status] = pod.status().containerStatuses ?? [];
    expect(status?.state.waiting?.reason).toBe('RunContainerError');
    expect(status?.state.waiting?.message).toMatch(
      /^failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: .*\/nothing/,
    );
    expect(status?.lastState.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' });
  });

  it('reports the last words of a container', async () => {
    const pod = await start(
      testPod({
        restartPolicy: 'Never',
        containers: [
          script('file', 'echo -n written > /dev/termination-log; exit 1'),
          script('log', 'echo spoken; exit 1', { terminationMessagePolicy: 'FallbackToLogsOnError' }),
          script('silent', 'echo spoken; exit 1'),
        ],
      }),
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    const messages = pod.status().containerStatuses?.map(({ state }) => state.terminated?.message);
    expect(messages).toEqual(['written', 'spoken\n', undefined]);
  });

  it('is over after its deadline', async () => {
    const pod = await start(
      testPod({
        containers: [script('c', idle)],
        activeDeadlineSeconds: 1,
        terminationGracePeriodSeconds: 1,
      }),
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    expect(pod.status()).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
  });

  it('without a network has loopback alone', async () => {
    const pod = await start(
      testPod({ restartPolicy: 'Never', containers: [script('c', 'ls /sys/class/net')] }),
      {
        withoutNetwork: true,
      },
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    expect(await log(pod, 'c')).toEqual(['lo']);
    expect(pod.status().podIP).toBeUndefined();
  });
});

describe.skipIf(!canRunContainers())('stopping', () => {
  it('asks with SIGTERM, and what handles it ends in its own way', async () => {
    const pod = await start(
      testPod({ containers: [script('c', 'trap "exit 5" TERM; echo up; sleep 1000 & wait')] }),
    );
    await expect.poll(() => log(pod, 'c')).toEqual(['up']);
    const ends: (number | undefined)[] = [];
    pod.subscribe(() => ends.push(pod.status().containerStatuses?.[0]?.state.terminated?.exitCode));
    await pod.stop();
    expect(ends.at(-1)).toBe(5);
  });

  it('kills what does not listen once the grace period is over', async () => {
    const pod = await start(
      testPod({ containers: [script('c', 'trap "" TERM; echo up; while true; do sleep 0.1; done')] }),
    );
    await expect.poll(() => log(pod, 'c')).toEqual(['up']);
    const startedAt = Date.now();
    await pod.stop(1);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1000);
    expect(pod.status().containerStatuses?.[0]?.state.terminated?.exitCode).toBe(137);
  });

  it("sends the signal that the manifest's lifecycle names", async () => {
    const pod = await start(
      testPod({
        containers: [
          script('c', 'trap "exit 9" USR1; echo up; while true; do sleep 0.05; done', {
            lifecycle: { stopSignal: 'SIGUSR1' },
          }),
        ],
      }),
    );
    await expect.poll(() => log(pod, 'c')).toEqual(['up']);
    await pod.stop();
    expect(pod.status().containerStatuses?.[0]?.state.terminated?.exitCode).toBe(9);
  });

  it('runs preStop before the signal, within the grace period', async () => {
    const pod = await start(
      testPod({
        containers: [
          script('c', 'trap "test -e /tmp/pre && exit 4" TERM; echo up; while true; do sleep 0.05; done', {
            lifecycle: { preStop: { exec: { command: ['/bin/touch', '/tmp/pre'] } } },
          }),
        ],
        terminationGracePeriodSeconds: 5,
      }),
    );
    await expect.poll(() => log(pod, 'c')).toEqual(['up']);
    await pod.stop();
    expect(pod.status().containerStatuses?.[0]?.state.terminated?.exitCode).toBe(4);
  });

  it.each([0, 5, 20, 60, 120])('%i ms after the start leaves nothing', async (delayMs) => {
    const pod = await startPod(pods.node, testPod({ ...shared, containers: [script('c', idle, mounts)] }));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await pod.stop(0);
    expect(readdirSync(`${pods.node.dirs.lib}/pods`)).toEqual([]);
  });
});

describe.skipIf(!canRunContainers())('probes', () => {
  it('a pod is ready once its readiness probe says so', async () => {
    const probe = { exec: { command: ['/bin/test', '-e', '/v/ready'] }, periodSeconds: 0.05 };
    const pod = await start(
      testPod({
        ...shared,
        containers: [script('c', `sleep 0.3; touch /v/ready; ${idle}`, { ...mounts, readinessProbe: probe })],
      }),
    );
    expect(await pod.waitUntil('settled', 10_000)).toBe(true);
    expect(pod.status().containerStatuses?.[0]?.ready).toBe(false);
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    expect(
      pod.events.some(
        ({ reason, message }) => reason === 'Unhealthy' && message.startsWith('Readiness probe failed'),
      ),
    ).toBe(true);
  });

  it('a failed liveness probe restarts the container', async () => {
    const livenessProbe = { exec: { command: ['/bin/false'] }, periodSeconds: 0.05, failureThreshold: 2 };
    const pod = await start(testPod({ containers: [script('c', idle, { livenessProbe })] }), {
      backOff: quick,
    });
    expect(
      await pod.waitUntil(({ containerStatuses }) => (containerStatuses?.[0]?.restartCount ?? 0) > 0, 10_000),
    ).toBe(true);
    expect(pod.events.map(({ message }) => message)).toContain(
      'Container c failed liveness probe, will be restarted',
    );
  });

  it('liveness waits for the startup probe', async () => {
    const startupProbe = {
      exec: { command: ['/bin/test', '-e', '/tmp/up'] },
      periodSeconds: 0.05,
      failureThreshold: 100,
    };
    const livenessProbe = {
      exec: { command: ['/bin/test', '-e', '/tmp/up'] },
      periodSeconds: 0.05,
      failureThreshold: 1,
    };
    const pod = await start(
      testPod({
        containers: [script('c', `sleep 0.5; touch /tmp/up; ${idle}`, { startupProbe, livenessProbe })],
      }),
    );
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    expect(pod.status().containerStatuses?.[0]?.restartCount).toBe(0);
  });

  it.each([
    ['an open port', 'tcpSocket', 8080, true],
    ['a closed port', 'tcpSocket', 8081, false],
    ['a page that is there', 'httpGet', 8080, true],
    ['nothing that answers', 'httpGet', 8081, false],
  ] as const)('%s: %s %i', async (_, kind, port, ready) => {
    const probe = kind === 'httpGet' ? { httpGet: { port, path: '/index.html' } } : { tcpSocket: { port } };
    const pod = await start(
      testPod({
        containers: [
          script(
            'c',
            'mkdir -p /tmp/www; echo hello > /tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www',
            {
              readinessProbe: { ...probe, periodSeconds: 0.05 },
            },
          ),
        ],
      }),
    );
    expect(await pod.waitUntil('ready', ready ? 10_000 : 1000)).toBe(ready);
  });
});

describe.skipIf(!canRunContainers())('hooks and logs', () => {
  it('a failed postStart ends the container', async () => {
    const lifecycle = { postStart: { exec: { command: ['/bin/false'] } } };
    const pod = await start(
      testPod({ restartPolicy: 'Never', containers: [script('c', idle, { lifecycle })] }),
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    expect(pod.events.map(({ reason }) => reason)).toContain('FailedPostStartHook');
  });

  it('a log has long lines whole and both streams told apart', async () => {
    const text = 'head -c 100000 /dev/zero | tr "\\0" x; echo; echo err >&2; sleep 0.2; echo -n last';
    const pod = await start(
      testPod({ restartPolicy: 'Never', containers: [script('c', text.replace('tr', 'busybox tr'))] }),
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    const lines = await tailLog(pod.containers()[0]?.logPath ?? '', 10, 200_000);
    const told = lines.map(
      (line) => `${line.stream} ${line.text.length > 10 ? line.text.length : line.text}`,
    );
    expect(told.sort()).toEqual(['stderr err', 'stdout 100000', 'stdout last']);
  });

  it('a log is begun anew at 10 MiB, and logs of runs before the last one are removed', async () => {
    const flood = 'busybox yes 0123456789012345678901234567890123456789 | head -c 30000000; echo end; exit 1';
    const pod = await start(testPod({ restartPolicy: 'OnFailure', containers: [script('c', flood)] }));
    const logs = `${pod.dir}/logs/c`;
    const kept = (): readonly string[] => readdirSync(logs).sort();
    await pod.waitUntil('ready', 10_000);
    await expect.poll(kept, { timeout: 40_000, interval: 200 }).toEqual(['1.log', '2.log']);
    for (const name of readdirSync(logs))
      expect(statSync(`${logs}/${name}`).size).toBeLessThanOrEqual(10 * 1024 ** 2);
    expect((await tailLog(`${logs}/1.log`, 1))[0]?.text).toMatch(/end$/);
  });
});

function readFile(pod: RunningPod, path: string): string {
  return readFileSync(`${pod.dir}/volumes/${path}`, 'utf8');
}
