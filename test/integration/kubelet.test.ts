import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { podDirOf } from '../../src/node/pod-record.ts';
import { canRunContainers } from '../support/machine.ts';
import { script } from '../support/test-node.ts';
import { idle, nodeName, quick, useKubelet } from '../support/use-kubelet.ts';

const under = useKubelet();
const { open, apply, find, first, running, pidOf, events, told, podDirs } = under;
const until = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 10 });

describe.skipIf(!canRunContainers())('a pod of the API', () => {
  it('becomes Running, with its address, conditions and events, and is gone without a trace when it is deleted', async () => {
    await open();
    const pod = await apply({ containers: [script('c', idle)] });
    await until(() => find()?.status?.phase).toBe('Running');
    expect(first()).toMatchObject({ ready: true, started: true, restartCount: 0, state: { running: {} } });
    const { podIP, conditions = [], hostIP } = find()?.status ?? {};
    expect(podIP).toMatch(/^\d+\./);
    expect(hostIP).toBe('192.0.2.1');
    expect(conditions.filter(({ status }) => status === 'True').map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'Ready',
        'ContainersReady',
        'Initialized',
        'PodReadyToStartContainers',
        'PodScheduled',
      ]),
    );
    await until(() => told()).toEqual([
      'Normal Pulled Container image "localhost/busybox:1" already present on machine and can be accessed by the pod',
      'Normal Created Container created',
      'Normal Started Container started',
    ]);
    expect(events()[0]).toMatchObject({
      source: { component: 'kubelet', host: nodeName },
      involvedObject: { kind: 'Pod', name: 'web', uid: pod.metadata.uid, fieldPath: 'spec.containers{c}' },
      count: 1,
    });
    const pid = pidOf(pod);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('sleep 1000');
    await under.api.delete('Pod', 'default', 'web');
    await until(() => find()).toBeUndefined();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(podDirOf(under.node.dirs.lib, pod.metadata.uid ?? ''))).toBe(false);
    expect(running(pod)).toBeUndefined();
    await until(() => told()).toContain('Normal Killing Stopping container c');
  });

  it('of another node is none of ours', async () => {
    await open();
    await apply({ nodeName: 'other', containers: [script('c', idle)] });
    await apply({ containers: [script('c', idle)] }, 'ours');
    await until(() => find('ours')?.status?.phase).toBe('Running');
    expect(find()?.status).toBeUndefined();
  });

  it('is killed at once when it is deleted by force while it ends', async () => {
    await open();
    await apply({
      terminationGracePeriodSeconds: 60,
      containers: [script('c', 'trap "" TERM; while :; do sleep 0.1; done')],
    });
    await until(() => find()?.status?.phase).toBe('Running');
    await under.api.delete('Pod', 'default', 'web');
    await until(() => told()).toContain('Normal Killing Stopping container c');
    await under.api.delete('Pod', 'default', 'web', { graceSeconds: 0 });
    await until(() => podDirs()).toEqual([]);
  });

  it('that has come to its end says so for good, and keeps its log', async () => {
    await open();
    const pod = await apply({ restartPolicy: 'Never', containers: [script('c', 'echo done; exit 3')] });
    await until(() => find()?.status?.phase).toBe('Failed');
    expect(first()?.state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(readFileSync(running(pod)?.containers()[0]?.logPath ?? '', 'utf8')).toContain('done');
  });

  it('that has come to its end holds no sandbox any more, and its story outlives the process', async () => {
    await open();
    const pod = await apply({ restartPolicy: 'Never', containers: [script('c', 'exit 0')] });
    const namespaces = join(podDirOf(under.node.dirs.lib, pod.metadata.uid ?? ''), 'mounts/ns');
    await until(() => find()?.status?.phase).toBe('Succeeded');
    await until(() => existsSync(namespaces)).toBe(false);
    const { status } = find() ?? {};
    await under.kubelet.close('keep');
    await open(quick, {}, under.api);
    expect(running(pod)?.status().containerStatuses?.[0]?.state.terminated?.exitCode).toBe(0);
    expect(find()?.status?.containerStatuses).toEqual(status?.containerStatuses);
    expect(find()?.status?.phase).toBe('Succeeded');
    await under.api.delete('Pod', 'default', 'web');
    await until(podDirs).toEqual([]);
  });

  it('goes on while nobody looks after it, and what happened meanwhile is told by the next process', async () => {
    await open();
    const pod = await apply({ containers: [script('c', idle)] });
    const other = await apply({ containers: [script('c', idle)] }, 'other');
    await until(() => [find(), find('other')].map((it) => it?.status?.phase)).toEqual(['Running', 'Running']);
    const [pid, otherPid] = [pidOf(pod), pidOf(other)];
    await under.kubelet.close('keep');
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    await under.api.delete('Pod', 'default', 'other', { graceSeconds: 0 });
    await open(quick, {}, under.api);
    expect(pidOf(pod)).toBe(pid);
    expect(first()).toMatchObject({ ready: true, restartCount: 0 });
    await until(() => existsSync(`/proc/${otherPid}`)).toBe(false);
    await until(podDirs).toEqual([pod.metadata.uid]);
    process.kill(pid, 'SIGKILL');
    await until(() => first()).toMatchObject({ restartCount: 1, state: { running: {} } });
  });

  it('is told the latest status although a write fails', async () => {
    await open();
    const pod = await apply({ containers: [script('c', idle)] });
    under.api.failNext(new Error('disk full'));
    await until(() => find()?.status?.phase).toBe('Running');
    expect(pod.status).toBeUndefined();
  });

  it('with a nodeSelector that does not fit is rejected as the kubelet does', async () => {
    await open();
    await under.api.create('Node', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeName, labels: { a: 'b' } },
      spec: {},
    });
    await apply({ nodeSelector: { a: 'c' }, containers: [script('c', idle)] });
    await until(() => find()?.status?.phase).toBe('Failed');
    expect(find()?.status).toMatchObject({
      reason: 'NodeAffinity',
      message: expect.stringContaining('Pod was rejected: '),
    });
    expect(podDirs()).toEqual([]);
  });
});

describe.skipIf(!canRunContainers())('what is refused', () => {
  it('for runAsNonRoot waits with CreateContainerConfigError, and its event is repeated', async () => {
    await open();
    const pod = await apply({ securityContext: { runAsNonRoot: true }, containers: [script('c', idle)] });
    const problem = `container has runAsNonRoot and image will run as root (pod: "web_default(${pod.metadata.uid})", container: c)`;
    await until(() => first()?.state.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: problem,
    });
    expect(find()?.status?.phase).toBe('Pending');
    await until(() => events().find(({ reason }) => reason === 'Failed')?.count).toBeGreaterThan(2);
    expect(told().filter((line) => line.includes('Failed'))).toEqual([`Warning Failed Error: ${problem}`]);
  });

  it('for want of a ConfigMap starts as soon as it is there, long before the next attempt', async () => {
    await open({ ...quick, retryMs: 60_000 });
    await apply({ containers: [script('c', idle, { envFrom: [{ configMapRef: { name: 'settings' } }] })] });
    await until(() => first()?.state.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "settings" not found',
    });
    await under.api.create('ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default' },
      data: { A: '1' },
    });
    await until(() => find()?.status?.phase).toBe('Running');
  });

  it('for want of a volume is created again and again, and starts with the volume', async () => {
    await open({ ...quick, retryMs: 60_000 });
    await apply({
      volumes: [{ name: 'v', secret: { secretName: 'key' } }],
      containers: [script('c', `cat /v/k; ${idle}`, { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
    });
    await until(() => told()).toContain(
      'Warning FailedMount MountVolume.SetUp failed for volume "v" : secret "key" not found',
    );
    await until(() => first()?.state.waiting).toEqual({ reason: 'ContainerCreating' });
    await under.api.create('Secret', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key', namespace: 'default' },
      data: { k: 'eA==' },
    });
    await until(() => find()?.status?.phase).toBe('Running');
  });

  it("by a node without user namespaces stays ContainerCreating, with the kubelet's event", async () => {
    const { engine } = under.node;
    const platform = {
      ...engine.platform,
      userNamespaces: false,
    };
    await open(quick, { engine: { ...engine, platform } });
    await apply({ hostUsers: false, containers: [script('c', idle)] });
    await until(() => told()).toContain(
      "Warning FailedCreatePodSandBox Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces",
    );
    await until(() => first()?.state.waiting).toEqual({ reason: 'ContainerCreating' });
    expect(find()?.status).toMatchObject({ phase: 'Pending' });
  });
});

describe.skipIf(!canRunContainers())('data of a running pod', () => {
  it('in volumes follows the ConfigMap, all files of a version at once', async () => {
    await open();
    const settings = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default' },
    };
    await under.api.create('ConfigMap', { ...settings, data: { a: '1', b: '1' } });
    const pod = await apply({
      securityContext: { fsGroup: 2000 },
      volumes: [{ name: 'v', configMap: { name: 'settings' } }],
      containers: [script('c', idle, { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
    });
    await until(() => find()?.status?.phase).toBe('Running');
    const pid = pidOf(pod);
    const seen = (): readonly string[] => {
      const dir = `/proc/${pid}/root/v`;
      return readdirSync(dir)
        .filter((name) => !name.startsWith('..'))
        .map((name) => `${name}=${readFileSync(join(dir, name), 'utf8')}`);
    };
    expect(seen()).toEqual(['a=1', 'b=1']);
    await under.api.update('ConfigMap', 'default', 'settings', (current) => ({
      ...current,
      data: { a: '2', c: '2' },
    }));
    await until(seen).toEqual(['a=2', 'c=2']);
    expect(readdirSync(`/proc/${pid}/root/v`).filter((name) => /^\.\.\d/.test(name))).toHaveLength(1);
  });

  it('in downward API volumes follows its labels', async () => {
    await open();
    const items = [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }];
    const pod = await apply({
      volumes: [{ name: 'v', downwardAPI: { items } }],
      containers: [script('c', idle, { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
    });
    await until(() => find()?.status?.phase).toBe('Running');
    await under.api.update('Pod', 'default', 'web', (current) => ({
      ...current,
      metadata: { ...current.metadata, labels: { tier: 'front' } },
    }));
    await until(() => readFileSync(`/proc/${pidOf(pod)}/root/v/labels`, 'utf8')).toBe('tier="front"');
  });
});

describe.skipIf(!canRunContainers())('logs', () => {
  it('of a running container are rotated, compressed and, the oldest, removed', async () => {
    await open({ ...quick, logCheckMs: 1050, logRotation: { maxBytes: 20_000, maxFiles: 3 } });
    const pod = await apply({
      containers: [
        script(
          'c',
          'i=0; while [ $i -lt 3000 ]; do echo "line $i is here for its length"; i=$((i+1)); sleep 0.003; done; sleep 1000',
        ),
      ],
    });
    await until(() => find()?.status?.phase).toBe('Running');
    const log = running(pod)?.containers()[0]?.logPath ?? '';
    const names = (): readonly string[] => readdirSync(dirname(log)).sort();
    await expect
      .poll(names, { timeout: 15_000 })
      .toEqual([
        '0.log',
        expect.stringMatching(/^0\.log\.\d{8}-\d{6}\.gz$/),
        expect.stringMatching(/^0\.log\.\d{8}-\d{6}$/),
      ]);
  }, 20_000);
});
