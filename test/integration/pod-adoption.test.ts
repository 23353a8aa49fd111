import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../src/kube/pod.ts';
import { adoptPods, type UnreadablePod } from '../../src/node/adopt-pods.ts';
import { findLockHolder, lockNode } from '../../src/node/lock-node.ts';
import { tailLog } from '../../src/node/logs.ts';
import { reapDeadPods } from '../../src/node/reap-pods.ts';
import { removeAllPods } from '../../src/node/remove-all-pods.ts';
import { startPod } from '../../src/node/run-pod.ts';
import type { PodOptions, RunningContainer, RunningPod } from '../../src/node/running-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { openTestNode, script, type TestNode, testPod } from '../support/test-node.ts';

const PROGRAM = fileURLToPath(new URL('../support/keep-pods.ts', import.meta.url));
const OPTIONS: PodOptions = {
  keeper: 'node',
  backOff: { initialMs: 300, maxMs: 1000, resetAfterMs: 60_000 },
  retryRefusedMs: 200,
};

let node: TestNode;
let before: readonly string[];
let unreadable: UnreadablePod[] = [];
const pods: RunningPod[] = [];

beforeAll(async () => {
  if (canRunContainers()) node = await openTestNode();
});
beforeEach(() => {
  before = traces();
  unreadable = [];
});
afterEach(async () => {
  await Promise.all(pods.splice(0).map((pod) => pod.stop(0)));
  await removeAllPods(node);
  // A draft of a record belongs to nobody yet.
  await reapDeadPods(node);
  expect(traces()).toEqual(before);
});
afterAll(() => node?.remove());

/** What this machine shows of pods of our root: mounts, processes, directories. */
function traces(): readonly string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${node.root}/`))
    .map((line) => `mount ${line.split(' ')[4]}`);
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(`${node.root}/`))
    .map((pid) => `process ${pid} ${commandLine(pid)}`);
  const dir = join(node.dirs.lib, 'pods');
  const left = existsSync(dir) ? readdirSync(dir).map((name) => `pod ${name}`) : [];
  return [...mounts, ...processes, ...left];
}

function sleepers(): number {
  return readdirSync('/proc').filter((pid) => commandLine(pid).includes('sleep 1234567')).length;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Has another process start a pod, and waits until that process has been killed: when all is ready, or at a moment. */
async function startElsewhere(spec: PodSpec, moment = 'running'): Promise<Pod> {
  const pod = testPod(spec);
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', PROGRAM, node.root, moment, JSON.stringify(pod)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  child.stdout.on('data', () => child.kill('SIGKILL'));
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  return pod;
}

async function adopt(): Promise<RunningPod> {
  const adopted = await adoptPods(node, () => OPTIONS, { onUnreadable: (left) => unreadable.push(left) });
  pods.push(...adopted);
  const [pod, ...more] = adopted;
  if (pod === undefined || more.length > 0) throw new Error(`${more.length} pods: ${unreadable[0]?.why}`);
  return pod;
}

async function startHere(spec: PodSpec): Promise<RunningPod> {
  const pod = await startPod(node, testPod(spec), OPTIONS);
  pods.push(pod);
  return pod;
}

function containerOf(pod: RunningPod, name = 'c'): RunningContainer {
  const found = pod.containers().find((container) => container.name === name);
  if (found === undefined) throw new Error(`no container ${name}`);
  return found;
}

function pidOf(pod: RunningPod): number {
  return containerOf(pod).runtimeContainer?.pid ?? 0;
}

async function log(pod: RunningPod): Promise<readonly string[]> {
  return (await tailLog(containerOf(pod).logPath, 1000)).map(({ text }) => text);
}

async function execIn(pod: RunningPod, ...args: string[]): Promise<string> {
  const { runtimeContainer } = containerOf(pod);
  if (runtimeContainer === undefined) throw new Error('no container');
  return (await node.engine.exec(runtimeContainer, { args })).stdout;
}

const ticking = 'i=0; while true; do i=$((i+1)); echo tick $i; sleep 0.1; done';

describe.skipIf(!canRunContainers())('a pod whose node was killed', () => {
  it('goes on: the same process, the same log, no restart', async () => {
    await startElsewhere({ containers: [script('c', ticking)] });
    const [pid] = readdirSync('/proc').filter((name) => commandLine(name).includes('echo tick'));
    expect(await reapDeadPods(node)).toEqual([]);
    const pod = await adopt();
    expect(pod.status().phase).toBe('Running');
    expect(await pod.waitUntil('ready', 5000)).toBe(true);
    expect(pidOf(pod)).toBe(Number(pid));
    const lines = (await log(pod)).length;
    await sleep(400);
    const later = await log(pod);
    expect(later.length).toBeGreaterThan(lines);
    expect(later).toEqual(later.map((_, index) => `tick ${index + 1}`));
    expect(containerOf(pod).status).toMatchObject({
      restartCount: 0,
      containerID: expect.stringMatching(/-c-0$/),
      ready: true,
    });
    expect(containerOf(pod).confinement?.user.value.uid).toBe(0);
  });

  it('ended meanwhile: its exit code and when it ended are kept', async () => {
    await startElsewhere({
      restartPolicy: 'Never',
      containers: [script('c', 'sleep 0.4; echo bye; exit 7')],
    });
    const killedAt = Date.now();
    await sleep(2500);
    const pod = await adopt();
    expect(await pod.waitUntil('finished', 5000)).toBe(true);
    expect(pod.status().phase).toBe('Failed');
    const { terminated } = containerOf(pod).status.state;
    expect(terminated).toMatchObject({
      exitCode: 7,
      reason: 'Error',
      containerID: expect.stringMatching(/-c-0$/),
    });
    expect(Date.parse(terminated?.finishedAt ?? '')).toBeLessThan(killedAt + 1500);
    expect(await log(pod)).toEqual(['bye']);
  });

  it('was killed for its memory meanwhile: that is told', async () => {
    await startElsewhere({
      restartPolicy: 'Never',
      containers: [
        script('c', 'sleep 0.3; dd if=/dev/zero of=/dev/null bs=64M count=1', {
          resources: { limits: { memory: '16Mi' } },
        }),
      ],
    });
    await sleep(1500);
    const pod = await adopt();
    expect(await pod.waitUntil('finished', 5000)).toBe(true);
    expect(containerOf(pod).status.state.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  it('lost its monitor as well: nobody knows how it ended, and it is started again', async () => {
    await startElsewhere({ containers: [script('c', 'exec sleep 1000')] });
    const [monitor = ''] = readdirSync('/proc').filter((pid) =>
      commandLine(pid).includes(`--conmon-pidfile ${node.root}/`),
    );
    process.kill(Number(monitor), 'SIGKILL');
    const pod = await adopt();
    expect(
      await pod.waitUntil(({ containerStatuses }) => containerStatuses?.[0]?.restartCount === 1, 5000),
    ).toBe(true);
    expect(await pod.waitUntil('ready', 5000)).toBe(true);
    expect(containerOf(pod).status.lastState.terminated).toMatchObject({
      exitCode: 137,
      reason: 'ContainerStatusUnknown',
    });
  });

  it('is probed as before, and init containers do not run again', async () => {
    await startElsewhere({
      initContainers: [
        script('i', 'echo once >> /v/inits', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      ],
      containers: [
        script('c', 'touch /tmp/up; exec sleep 1000', {
          readinessProbe: {
            exec: { command: ['test', '-f', '/tmp/up'] },
            periodSeconds: 1,
            failureThreshold: 1,
          },
          volumeMounts: [{ name: 'v', mountPath: '/v' }],
        }),
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
    });
    const pod = await adopt();
    expect(containerOf(pod).status.ready).toBe(true);
    await execIn(pod, 'rm', '/tmp/up');
    expect(
      await pod.waitUntil(({ containerStatuses }) => containerStatuses?.[0]?.ready === false, 5000),
    ).toBe(true);
    await execIn(pod, 'touch', '/tmp/up');
    expect(await pod.waitUntil('ready', 5000)).toBe(true);
    expect(await execIn(pod, 'cat', '/v/inits')).toBe('once\n');
    expect(pod.status().initContainerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode: 0 });
  });

  it('waited for its restart: it comes at its time', async () => {
    await startElsewhere({ containers: [script('c', 'echo run; sleep 0.2; exit 1')] });
    const pod = await adopt();
    expect(
      await pod.waitUntil(({ containerStatuses }) => (containerStatuses?.[0]?.restartCount ?? 0) >= 2, 5000),
    ).toBe(true);
  });
});

describe.skipIf(!canRunContainers())('a node that is killed', () => {
  it.each([
    'after-record',
    'during-createSandbox',
    'after-createSandbox',
    'during-createContainer',
    'after-createContainer',
    'during-startContainer',
    'after-startContainer',
    ...[5, 15, 25, 35, 45, 55, 65, 75, 85, 100, 130].map(String),
  ])('%s leaves a pod that comes up, each container once', { timeout: 20_000 }, async (moment) => {
    await startElsewhere(
      {
        hostUsers: false,
        initContainers: [script('i', 'true')],
        containers: [script('c', 'exec sleep 1234567'), script('d', 'exec sleep 1234567')],
      },
      moment,
    );
    const [pod] = await adoptPods(node, () => OPTIONS, { onUnreadable: (left) => unreadable.push(left) });
    // Killed before it had written anything down: then the API's object is all that there is.
    if (pod === undefined) return;
    pods.push(pod);
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    // A started process is its program a moment later.
    await expect.poll(sleepers).toBe(2);
    expect(pod.status().containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0, 0]);
  });
});

describe.skipIf(!canRunContainers())('a pod that was halted', () => {
  it('leaves no process and no mount, and begins again with its volumes', async () => {
    const halted = await startHere({
      hostUsers: false,
      initContainers: [
        script('i', 'echo init >> /v/story', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      ],
      containers: [
        script('c', 'trap "exit 3" TERM; echo main >> /v/story; while true; do sleep 0.05; done', {
          volumeMounts: [
            { name: 'v', mountPath: '/v' },
            { name: 'm', mountPath: '/m' },
          ],
        }),
      ],
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'm', emptyDir: { medium: 'Memory' } },
      ],
    });
    expect(await halted.waitUntil('ready', 10_000)).toBe(true);
    await expect.poll(() => execIn(halted, 'cat', '/v/story')).toBe('init\nmain\n');
    await halted.halt();
    pods.splice(0);
    expect(traces().filter((trace) => !trace.startsWith('pod '))).toEqual([]);
    const pod = await adopt();
    expect(pod.status().phase).toBe('Pending');
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    expect(containerOf(pod).status).toMatchObject({
      restartCount: 1,
      containerID: expect.stringMatching(/-c-1$/),
    });
    expect(containerOf(pod).status.lastState.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    await expect.poll(() => execIn(pod, 'cat', '/v/story')).toBe('init\nmain\ninit\nmain\n');
    expect(pod.events.map(({ reason }) => reason)).toContain('SandboxChanged');
  });

  it('and never restarts has ended', async () => {
    const halted = await startHere({ restartPolicy: 'Never', containers: [script('c', 'exec sleep 1000')] });
    await halted.waitUntil('ready', 10_000);
    await halted.halt(0);
    pods.splice(0);
    const pod = await adopt();
    expect(pod.status().phase).toBe('Failed');
    expect(containerOf(pod).status.state.terminated).toMatchObject({ exitCode: 137 });
  });

  it('loses its sandbox behind our back: what ran counts as ended', async () => {
    await startElsewhere({ containers: [script('c', 'exec sleep 1000')] });
    const [uid = ''] = readdirSync(join(node.dirs.lib, 'pods'));
    await node.engine.removeSandbox({ id: uid, dir: join(node.dirs.lib, 'pods', uid) });
    const pod = await adopt();
    expect(await pod.waitUntil('ready', 10_000)).toBe(true);
    expect(containerOf(pod).status).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } },
    });
  });
});

describe.skipIf(!canRunContainers())('a pod that was released', () => {
  it('is let go of at once and goes on', async () => {
    const released = await startHere({ containers: [script('c', ticking)] });
    await released.waitUntil('ready', 10_000);
    const pid = pidOf(released);
    const startedAt = Date.now();
    await released.release();
    expect(Date.now() - startedAt).toBeLessThan(100);
    pods.splice(0);
    const pod = await adopt();
    expect(pidOf(pod)).toBe(pid);
    expect(pod.status().conditions).toEqual(released.status().conditions);
    await pod.stop(0);
    expect(existsSync(pod.dir)).toBe(false);
  });

  it('while it ends goes on ending, within the grace that it had', async () => {
    const released = await startHere({
      terminationGracePeriodSeconds: 2,
      containers: [script('c', 'trap "" TERM; while true; do sleep 0.05; done')],
    });
    await released.waitUntil('ready', 10_000);
    const stoppedAt = Date.now();
    void released.stop();
    await sleep(500);
    await released.release();
    pods.splice(0);
    const pod = await adopt();
    expect(await pod.waitUntil('finished', 5000)).toBe(true);
    expect(Date.now() - stoppedAt).toBeGreaterThan(1500);
    expect(Date.now() - stoppedAt).toBeLessThan(4500);
  });
});

describe.skipIf(!canRunContainers())('an update', () => {
  it('of an image starts its container again with it', async () => {
    const pod = await startHere({
      restartPolicy: 'Never',
      containers: [script('c', 'exec sleep 1000'), script('d', 'exec sleep 1000')],
    });
    await pod.waitUntil('ready', 10_000);
    const [first, second] = pod.pod.spec.containers;
    if (first === undefined || second === undefined) throw new Error('two containers');
    pod.update({
      ...pod.pod,
      spec: { ...pod.pod.spec, containers: [{ ...first, image: 'localhost/busybox:2' }, second] },
    });
    expect(
      await pod.waitUntil(({ containerStatuses }) => containerStatuses?.[0]?.restartCount === 1, 5000),
    ).toBe(true);
    expect(await pod.waitUntil('ready', 5000)).toBe(true);
    expect(containerOf(pod).status.image).toBe('localhost/busybox:2');
    expect(containerOf(pod, 'd').status.restartCount).toBe(0);
    expect(pod.events.find(({ reason }) => reason === 'Killing')?.message).toBe(
      'Container c definition changed, will be restarted',
    );
  });

  it('starts further ephemeral containers, refreshes downward API volumes, and changes the deadline', async () => {
    const pod = await startHere({
      containers: [script('c', 'exec sleep 1000', { volumeMounts: [{ name: 'd', mountPath: '/d' }] })],
      volumes: [
        {
          name: 'd',
          downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] },
        },
      ],
    });
    await pod.waitUntil('ready', 10_000);
    pod.update({
      ...pod.pod,
      metadata: { ...pod.pod.metadata, labels: { tier: 'gold' } },
      spec: { ...pod.pod.spec, ephemeralContainers: [script('e', 'echo hi; exit 4')] },
    });
    const ended = await pod.waitUntil(
      ({ ephemeralContainerStatuses }) => ephemeralContainerStatuses?.[0]?.state.terminated?.exitCode === 4,
      5000,
    );
    expect(ended).toBe(true);
    expect(await execIn(pod, 'cat', '/d/labels')).toBe('tier="gold"');
    pod.update({ ...pod.pod, spec: { ...pod.pod.spec, activeDeadlineSeconds: 1 } });
    expect(await pod.waitUntil('finished', 5000)).toBe(true);
    expect(pod.status()).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
  });
});

describe.skipIf(!canRunContainers())('a root', () => {
  it('has one node at a time, and a dead one is no obstacle', async () => {
    const lock = await lockNode(node.dirs.run, 'node');
    await expect(lockNode(node.dirs.run, 'node')).rejects.toThrow(
      `process ${process.pid} is the node of this root already`,
    );
    expect(await findLockHolder(node.dirs.run)).toMatchObject({ pid: process.pid, work: 'node' });
    lock.release();
    expect(await findLockHolder(node.dirs.run)).toBeUndefined();
    writeFileSync(join(node.dirs.run, 'node.lock'), '4194304\n');
    (await lockNode(node.dirs.run, 'node')).release();
  });

  it('whose state of a pod is unreadable loses that pod alone', async () => {
    await startElsewhere({ containers: [script('c', 'exec sleep 1000')] });
    const [uid = ''] = readdirSync(join(node.dirs.lib, 'pods'));
    writeFileSync(join(node.dirs.lib, 'pods', uid, 'state.json'), '{"version":1,"life":{"stage":"dancing"}}');
    await startElsewhere({ containers: [script('c', 'exec sleep 1000')] });
    const pod = await adopt();
    expect(pod.pod.metadata.uid).not.toBe(uid);
    expect(unreadable.map(({ record }) => record.uid)).toEqual([uid]);
    expect(existsSync(join(node.dirs.lib, 'pods', uid))).toBe(false);
  });
});
