import { renameSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LogOptions } from '../../src/apiserver/kubelet-port.ts';
import { openStreams } from '../../src/kubelet/open-streams.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { script, testPod } from '../support/test-node.ts';
import { usePods } from '../support/use-pods.ts';

const pods = usePods();
const quick = { backOff: { initialMs: 50, maxMs: 200, resetAfterMs: 600_000 } };

async function open(
  pod: RunningPod,
  container: string,
  options: Partial<LogOptions> = {},
  signal?: AbortSignal,
) {
  const { readLogs } = openStreams({ engine: pods.node.engine, findPod: () => pod });
  const wanted = { follow: false, previous: false, timestamps: false, ...options };
  return readLogs(pod.pod, container, wanted, signal ?? new AbortController().signal);
}

async function logOf(pod: RunningPod, container: string, options: Partial<LogOptions> = {}): Promise<string> {
  return text(await open(pod, container, options));
}

describe.skipIf(!canRunContainers())('logs', () => {
  it('of a container that has ended, and of its init containers', async () => {
    const pod = await pods.start(
      testPod({
        restartPolicy: 'Never',
        initContainers: [script('init', 'echo first')],
        containers: [script('c', 'echo out; echo err >&2; sleep 0.1; echo -n last')],
      }),
    );
    await pod.waitUntil('finished', 10_000);
    expect(await logOf(pod, 'init')).toBe('first\n');
    expect((await logOf(pod, 'c')).split('\n').sort()).toEqual(['err', 'last', 'out']);
    expect(await logOf(pod, 'c', { stream: 'Stderr' })).toBe('err\n');
    expect(await logOf(pod, 'c', { timestamps: true, limitBytes: 31 })).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /,
    );
  });

  it('are followed until the container ends, its last words included', async () => {
    const pod = await pods.start(
      testPod({
        restartPolicy: 'Never',
        containers: [script('c', 'echo one; sleep 0.3; echo two; sleep 0.3; echo three')],
      }),
    );
    await pod.waitUntil((status) => status.containerStatuses?.[0]?.state.running !== undefined, 10_000);
    expect(await logOf(pod, 'c', { follow: true })).toBe('one\ntwo\nthree\n');
    expect(pod.status().containerStatuses?.[0]?.state.terminated?.exitCode).toBe(0);
  });

  it('show a line that is not complete at once', async () => {
    const pod = await pods.start(
      testPod({ containers: [script('c', 'echo -n "Password: "; exec sleep 1000')] }),
    );
    await pod.waitUntil('ready', 10_000);
    await expect.poll(() => logOf(pod, 'c')).toBe('Password: ');
  });

  it('are followed over a rotation', async () => {
    const pod = await pods.start(
      testPod({
        restartPolicy: 'Never',
        containers: [script('c', 'echo one; while [ ! -e /tmp/go ]; do sleep 0.02; done; echo two')],
      }),
    );
    await pod.waitUntil('ready', 10_000);
    const log = await open(pod, 'c', { follow: true });
    let read = '';
    log.on('data', (chunk: Buffer) => {
      read += chunk.toString();
    });
    await expect.poll(() => read).toBe('one\n');
    const [container] = pod.containers();
    const path = container?.logPath ?? '';
    // conmon goes on writing to the file that it has open.
    renameSync(path, `${path}.20260101-000000`);
    await sleep(50);
    renameSync(`${path}.20260101-000000`, path);
    if (container?.runtimeContainer)
      await pods.node.engine.exec(container.runtimeContainer, { args: ['touch', '/tmp/go'] });
    await new Promise((resolve) => {
      log.once('close', resolve);
    });
    expect(read).toBe('one\ntwo\n');
  });

  it('of the run before are kept', async () => {
    const pod = await pods.start(
      testPod({
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          script(
            'c',
            'if [ -e /v/again ]; then echo second; exec sleep 1000; fi; touch /v/again; echo first; exit 1',
            {
              volumeMounts: [{ name: 'v', mountPath: '/v' }],
            },
          ),
        ],
      }),
      quick,
    );
    await pod.waitUntil(
      (status) =>
        status.containerStatuses?.[0]?.restartCount === 1 &&
        status.containerStatuses[0].state.running !== undefined,
      10_000,
    );
    expect(await logOf(pod, 'c', { previous: true })).toBe('first\n');
    await expect.poll(() => logOf(pod, 'c')).toBe('second\n');
  });

  it('that are not there are refused in the words of the kubelet', async () => {
    pods.node.extraImages.set('localhost/absent:1', { ok: false, reason: 'ErrImagePull', message: 'gone' });
    const pod = await pods.start(
      testPod({
        containers: [script('c', 'exec sleep 1000'), { name: 'absent', image: 'localhost/absent:1' }],
      }),
    );
    await pod.waitUntil('settled', 10_000);
    await expect(logOf(pod, 'c', { previous: true })).rejects.toMatchObject({
      reason: 'BadRequest',
      message: 'previous terminated container "c" in pod "web" not found',
    });
    await expect(logOf(pod, 'absent')).rejects.toThrow(
      'container "absent" in pod "web" is waiting to start: ',
    );
  });

  it('are read from their end, and end when the client goes', async () => {
    const pod = await pods.start(
      testPod({
        containers: [
          script('c', 'i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; exec sleep 1000'),
        ],
      }),
    );
    await pod.waitUntil('ready', 10_000);
    await expect
      .poll(() => logOf(pod, 'c', { tailLines: 2 }), { timeout: 5000 })
      .toBe('line 19998\nline 19999\n');
    const client = new AbortController();
    const log = await open(pod, 'c', { follow: true, tailLines: 0 }, client.signal);
    const closed = new Promise((resolve) => {
      log.once('close', resolve);
    });
    log.resume();
    client.abort();
    await closed;
    expect(log.errored).toBeNull();
  });
});
