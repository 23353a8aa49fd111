import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Container, EphemeralContainer, PodSpec } from '../../src/kube/pod.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { makeNodeLayer } from '../support/node-image.ts';
import { busyboxImage, script, testPod } from '../support/test-node.ts';
import { usePods } from '../support/use-pods.ts';

// Whose turn it is, and when: init containers and sidecars, hooks and probes over the network, ends and restarts.

const pods = usePods();
const { start, log } = pods;

const quick = { initialMs: 20, maxMs: 50, resetAfterMs: 600_000 };
const shared = { volumes: [{ name: 'v', emptyDir: {} }] };
const mounts = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
const idle = 'trap "exit 0" TERM; sleep 1000 & wait';
const reasonOf = (pod: RunningPod, name: string): string | undefined => {
  const {
    initContainerStatuses = [],
    containerStatuses = [],
    ephemeralContainerStatuses = [],
  } = pod.status();
  const all = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
  const state = all.find((status) => status.name === name)?.state;
  return state?.waiting?.reason ?? state?.terminated?.reason ?? (state?.running && 'Running');
};

/** The second of three fails at its first attempt. */
const threeInits = (restartPolicy: NonNullable<PodSpec['restartPolicy']>): PodSpec => ({
  ...shared,
  restartPolicy,
  initContainers: [
    script('one', 'echo one >> /v/order', mounts),
    script('two', 'echo two >> /v/order; test -e /v/tried || { touch /v/tried; exit 1; }', mounts),
    script('three', 'echo three >> /v/order', mounts),
  ],
  containers: [script('main', 'cat /v/order; sleep 0.2', mounts)],
});

/** A program that answers every call with a health status. */
const grpcServer = (status: number): string => `
  require('node:http2').createServer().on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, ${status}]));
  }).listen(9000)`;

const probed = (name: string, status: number, port: number): Container => ({
  name,
  image: 'localhost/node:1',
  command: ['/bin/node', '-e', grpcServer(status).replace('9000', String(port))],
  readinessProbe: { grpc: { port }, periodSeconds: 0.1 },
});

describe.skipIf(!canRunContainers())('an init container that fails once', () => {
  it.each(['OnFailure', 'Always'] as const)('is run again, and it alone, under %s', async (restartPolicy) => {
    const pod = await start(testPod(threeInits(restartPolicy)), { backOff: quick });
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    await expect.poll(() => log(pod, 'main')).toEqual(['one', 'two', 'two', 'three']);
    const { initContainerStatuses = [] } = pod.status();
    expect(initContainerStatuses.map(({ restartCount }) => restartCount)).toEqual([0, 1, 0]);
  });

  it('is the end of the pod under Never', async () => {
    const pod = await start(testPod(threeInits('Never')));
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    expect(pod.status().phase).toBe('Failed');
    expect(['one', 'two', 'three', 'main'].map((name) => reasonOf(pod, name))).toEqual([
      'Completed',
      'Error',
      'PodInitializing',
      'PodInitializing',
    ]);
  });
});

describe.skipIf(!canRunContainers())('a sidecar', () => {
  it('keeps the next init container waiting until its startup probe succeeds', async () => {
    const startupProbe = {
      exec: { command: ['/bin/test', '-e', '/v/up'] },
      periodSeconds: 0.05,
      failureThreshold: 1000,
    };
    const side = script('side', `sleep 0.4; echo side >> /v/order; touch /v/up; ${idle}`, {
      ...mounts,
      startupProbe,
      restartPolicy: 'Always',
    });
    const pod = await start(
      testPod({
        ...shared,
        initContainers: [side, script('next', 'echo next >> /v/order', mounts)],
        containers: [script('main', `cat /v/order; ${idle}`, mounts)],
      }),
    );
    await pod.waitUntil(
      ({ initContainerStatuses }) => initContainerStatuses?.[0]?.state.running !== undefined,
    );
    expect(pod.status().initContainerStatuses?.[0]?.started).toBe(false);
    expect(reasonOf(pod, 'next')).toBe('PodInitializing');
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    await expect.poll(() => log(pod, 'main')).toEqual(['side', 'next']);
    expect(pod.status().initContainerStatuses?.[0]?.started).toBe(true);
  });
});

describe.skipIf(!canRunContainers())('over the network', () => {
  const serve = 'mkdir -p /tmp/www; echo hi > /tmp/www/x; exec httpd -f -v -p 8080 -h /tmp/www';

  it('postStart asks the container itself, and what answers lets it go on', async () => {
    // As upstream: a hook is not repeated, so the server has to be there.
    const lifecycle = { postStart: { httpGet: { port: 8080, path: '/x' } } };
    const pod = await start(
      testPod({
        restartPolicy: 'Never',
        containers: [script('server', serve), script('asks', idle, { lifecycle })],
      }),
    );
    await pod.waitUntil('settled', 10_000);
    // The pod's containers share one address: the first one answers for the second.
    const failed = pod.events.some(({ reason }) => reason === 'FailedPostStartHook');
    expect([failed, reasonOf(pod, 'asks')]).toEqual([false, 'Running']);
  });

  it('preStop asks before the signal', async () => {
    const server = script('server', serve.replace('exec', `trap "" TERM;`), {});
    const httpGet = { port: 8080, path: '/bye' };
    const pod = await start(
      testPod({
        terminationGracePeriodSeconds: 3,
        containers: [server, script('asks', idle, { lifecycle: { preStop: { httpGet } } })],
      }),
    );
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    let asked: readonly string[] = [];
    pod.subscribe(() => {
      const container = pod.containers()[0];
      if (container !== undefined && existsSync(container.logPath))
        asked = readFileSync(container.logPath, 'utf8').split('\n');
    });
    await pod.stop();
    // There is no such page: upstream does not mind.
    expect(asked.join('\n')).toContain('response:404');
    expect(pod.events.map(({ reason }) => reason)).not.toContain('FailedPreStopHook');
  });

  it('preStop sleep delays the signal', async () => {
    const lifecycle = { preStop: { sleep: { seconds: 1 } } };
    const pod = await start(
      testPod({ terminationGracePeriodSeconds: 10, containers: [script('c', idle, { lifecycle })] }),
    );
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    const startedAt = Date.now();
    await pod.stop();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1000);
    expect(reasonOf(pod, 'c')).toBe('Completed');
  });

  it('a grpc probe tells a healthy server from one that is not', async () => {
    const layer = makeNodeLayer(join(pods.node.root, 'node-layer'));
    const busybox = busyboxImage(join(pods.node.root, 'image'));
    pods.node.extraImages.set('localhost/node:1', {
      ok: true,
      image: { ...busybox, reference: 'localhost/node:1', layerDirs: [layer, ...busybox.layerDirs] },
    });
    const pod = await start(testPod({ containers: [probed('well', 1, 9000), probed('ill', 2, 9001)] }));
    const isReady = await pod.waitUntil(
      ({ containerStatuses = [] }) => containerStatuses.some(({ name, ready }) => name === 'well' && ready),
      20_000,
    );
    expect(isReady).toBe(true);
    const unhealthy = (): readonly string[] => pod.events.map(({ message }) => message);
    await expect
      .poll(unhealthy, { timeout: 10_000 })
      .toContain('Readiness probe failed: service unhealthy (responded with "NOT_SERVING")');
    const ill = pod.status().containerStatuses?.find(({ name }) => name === 'ill');
    expect(ill?.ready).toBe(false);
  });
});

describe.skipIf(!canRunContainers())('the end of a container', () => {
  it('is told by its last output, at most 2048 bytes and 80 lines of it', async () => {
    const last = { terminationMessagePolicy: 'FallbackToLogsOnError' } as const;
    const long =
      'i=0; while [ $i -lt 100 ]; do echo "$i 0123456789012345678901234567890123456789"; i=$((i+1)); done';
    const short = 'i=0; while [ $i -lt 100 ]; do echo $i; i=$((i+1)); done';
    const pod = await start(
      testPod({
        restartPolicy: 'Never',
        containers: [
          script('bytes', `${long}; exit 1`, last),
          script('lines', `${short}; exit 1`, last),
          script('well', `${short}; exit 0`, last),
          script('file', 'head -c 5000 /dev/zero | busybox tr "\\0" x > /dev/termination-log; exit 1', last),
        ],
      }),
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    const messages = pod.containers().map(({ status }) => status.state.terminated?.message ?? '');
    expect(messages[0]?.length).toBe(2048);
    expect(messages[0]?.endsWith('99 0123456789012345678901234567890123456789\n')).toBe(true);
    expect(messages[1]?.split('\n').slice(0, 2)).toEqual(['20', '21']);
    expect(messages[2]).toBe('');
  });

  it('by an exit code that a rule names restarts it, though the policy is Never', async () => {
    const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
    const pod = await start(
      testPod({
        ...shared,
        restartPolicy: 'Never',
        containers: [
          script('c', 'test -e /v/tried && exit 7; touch /v/tried; exit 42', {
            ...mounts,
            restartPolicy: 'Never',
            restartPolicyRules,
          }),
        ],
      }),
      { backOff: quick },
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    expect(pod.status().containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      state: { terminated: { exitCode: 7 } },
      lastState: { terminated: { exitCode: 42 } },
    });
  });

  it('an action that nobody knows is refused with the pod, not ignored', async () => {
    const restartPolicyRules = [{ action: 'Explode', exitCodes: { operator: 'In', values: [42] } }];
    const pod = await start(
      testPod({ containers: [script('c', idle, { restartPolicy: 'Never', restartPolicyRules })] }),
    );
    expect(await pod.waitUntil('ready', 5000)).toBe(false);
    expect(pod.status()).toMatchObject({ phase: 'Pending', reason: 'PodFeatureUnsupported' });
    expect(pod.status().message).toContain('restartPolicyRules');
  });

  it('is the last one when its image has disappeared meanwhile: the restart is refused', async () => {
    const dir = join(pods.node.root, 'vanishing');
    pods.node.extraImages.set('localhost/vanishing:1', { ok: true, image: busyboxImage(dir) });
    const pod = await start(
      testPod({
        containers: [{ ...script('c', 'sleep 0.3; exit 1'), image: 'localhost/vanishing:1' }],
      }),
      { backOff: quick },
    );
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    renameSync(dir, `${dir}-gone`);
    const isRefused = await pod.waitUntil(
      ({ containerStatuses }) => containerStatuses?.[0]?.state.waiting?.message !== undefined,
      10_000,
    );
    expect(isRefused).toBe(true);
    expect(reasonOf(pod, 'c')).toMatch(/^(RunContainerError|CreateContainerError)$/);
  });
});

const debug = (name: string, targetContainerName: string): EphemeralContainer => ({
  ...script(name, 'true'),
  targetContainerName,
});

describe.skipIf(!canRunContainers())('an ephemeral container', () => {
  it('whose target is not there, or has ended, is refused', async () => {
    const pod = await start(
      testPod({
        restartPolicy: 'Never',
        containers: [
          script('short', 'true'),
          script('long', idle, { lifecycle: { postStart: { sleep: { seconds: 0.5 } } } }),
          { ...script('never', 'true'), workingDir: '/', securityContext: { runAsNonRoot: true } },
        ],
        ephemeralContainers: [debug('ended', 'short'), debug('refused', 'never')],
      }),
    );
    await expect.poll(() => reasonOf(pod, 'ended'), { timeout: 10_000 }).toBe('CreateContainerError');
    await expect.poll(() => reasonOf(pod, 'refused')).toBe('CreateContainerConfigError');
    const messages = pod.status().ephemeralContainerStatuses?.map(({ state }) => state.waiting?.message);
    expect(messages).toEqual([
      'failed to generate container "ended" spec: invalid target container: container "short" is not running - in state CONTAINER_EXITED',
      'unable to find target container never',
    ]);
  });
});
