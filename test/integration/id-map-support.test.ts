import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Volume } from '../../src/kube/pod.ts';
import type { PodStatus } from '../../src/kube/pod-status.ts';
import { mount, unmountTree } from '../../src/linux/mounts.ts';
import { startPod } from '../../src/node/run-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { openTestNode, script, testPod } from '../support/test-node.ts';

const uid = 'c5e7a0f4-0000-4000-8000-000000000001';

let scratch: string;
/** An overlay, which the kernel does not id-map. */
let overlay: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'podproof-id-map-'));
  chmodSync(scratch, 0o711);
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => {
    mkdirSync(join(scratch, name));
    return join(scratch, name);
  });
  overlay = merged ?? '';
  mount('overlay', overlay, 'overlay', 0, `lowerdir=${lower},upperdir=${upper},workdir=${work}`);
  writeFileSync(join(overlay, 'file'), 'here');
});

afterEach(() => {
  unmountTree(overlay);
  rmSync(scratch, { recursive: true });
});

/** Runs a pod until the goal, takes it away, and gives what its status had been. */
async function runTo(
  goal: 'ready' | 'finished',
  root: string,
  hostUsers: boolean,
  volumes: readonly Volume[],
): Promise<PodStatus> {
  const node = await openTestNode('containerd', root);
  const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/${name}` }));
  const container = script('c', 'exec sleep 1000', { volumeMounts });
  const web = testPod({ hostUsers, volumes: [...volumes], containers: [container] });
  const pod = await startPod(node, { ...web, metadata: { ...web.metadata, uid } });
  await pod.waitUntil(goal, 10_000);
  const status = pod.status();
  await pod.stop(0);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  expect(mounts.filter((line) => line.includes(`${root}/lib`))).toEqual([]);
  expect(readdirSync(join(node.dirs.lib, 'pods'))).toEqual([]);
  return status;
}

/** In the runtimes' words; the pod waits as one whose sandbox is not made. */
function expectRefusal(status: PodStatus, path: string): void {
  expect(status).toMatchObject({
    phase: 'Pending',
    reason: 'FailedCreatePodSandBox',
    containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
  });
  expect(status.message).toContain(
    `Failed to create pod sandbox: failed to set MOUNT_ATTR_IDMAP on ${path}: invalid argument ` +
      "(maybe the source filesystem doesn't support idmap mounts on this kernel?)",
  );
}

describe.skipIf(!canRunContainers())('a user namespace on a file system that cannot be id-mapped', () => {
  it('refuses the pod whose hostPath volume lies there, before its sandbox is made', async () => {
    const volumes = [{ name: 'data', hostPath: { path: overlay } }];
    const root = join(scratch, 'root');
    mkdirSync(root);
    expectRefusal(await runTo('finished', root, false, volumes), overlay);
    expect((await runTo('ready', root, true, volumes)).phase).toBe('Running');
  });

  it('sees a mount below the volume', async () => {
    const volumes = [{ name: 'data', hostPath: { path: scratch } }];
    const root = mkdtempSync(join(tmpdir(), 'podproof-id-map-root-'));
    try {
      expectRefusal(await runTo('finished', root, false, volumes), scratch);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('refuses every such pod when podproof itself lies there', async () => {
    const status = await runTo('finished', overlay, false, []);
    expectRefusal(status, join(overlay, 'lib', 'pods', uid));
  });
});
