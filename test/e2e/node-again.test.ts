import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Pod } from '../../src/kube/pod.ts';
import type { ContainerStatus } from '../../src/kube/pod-status.ts';
import { shell, sleeper, sleepers } from '../support/kube-objects.ts';
import { canRunKubectl } from '../support/machine.ts';
import { type OwnNode, ownNode } from '../support/own-node.ts';

const ready = ['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=30s'];
const file = { container: { volumeMounts: [{ name: 'v', mountPath: '/v' }] } };
const volume = { volumes: [{ name: 'v', emptyDir: {} }] };

describe.runIf(canRunKubectl()).each(['killed', 'told to keep its pods'] as const)(
  'a node that was %s',
  (how) => {
    let node: OwnNode;
    beforeAll(async () => {
      node = await ownNode();
      await node.ok(['up']);
    });
    afterAll(() => node.remove());
    beforeEach(async () => void (await node.kubectlOk(['delete', 'pod,deploy', '--all', '--now'])));

    const end = (): Promise<unknown> => (how === 'killed' ? node.kill() : node.ok(['down', '--keep-pods']));
    const pod = async (name: string): Promise<Pod> =>
      JSON.parse(await node.kubectlOk(['get', 'pod', name, '-o', 'json']));
    const container = async (name: string): Promise<ContainerStatus | undefined> =>
      (await pod(name)).status?.containerStatuses?.[0];

    test('goes on with its pods as they are', async () => {
      await node.apply(
        sleeper('plain'),
        sleeper('mapped', { spec: { hostUsers: false } }),
        shell('told', 'echo before; sleep 3600'),
        sleepers('web', 2),
      );
      await node.kubectlOk(ready);
      const before = containerPids(node);
      const pods = await node.podsAsTheyAre();
      await end();
      expect(containerPids(node)).toEqual(before);
      await node.ok(['up']);
      expect(containerPids(node)).toEqual(before);
      expect(await node.podsAsTheyAre()).toBe(pods);
      expect(await node.kubectlOk(['logs', 'told'])).toBe('before\n');
      expect(await node.kubectlOk(['exec', 'mapped', '--', 'echo', 'still'])).toBe('still\n');
      // What the controllers do goes on as well.
      await node.kubectlOk(['scale', 'deployment', 'web', '--replicas=3']);
      await node.kubectlOk(['rollout', 'status', 'deployment/web', '--timeout=20s']);
    });

    test('learns how containers ended while nobody looked', async () => {
      const until = 'while [ ! -e /v/go ]; do sleep 0.05; done;';
      const once = { ...file, spec: { ...volume, restartPolicy: 'Never' } };
      await node.apply(
        shell('three', `${until} echo bye; exit 3`, once),
        shell('again', `${until} rm /v/go; exit 4`, { ...file, spec: volume }),
        shell('hungry', `${until} head -c 100m /dev/zero | tail`, {
          container: { ...file.container, resources: { limits: { memory: '20Mi' } } },
          spec: once.spec,
        }),
      );
      await node.kubectlOk(ready);
      const uids = await Promise.all(
        ['three', 'again', 'hungry'].map(async (name) => (await pod(name)).metadata.uid),
      );
      const pids = containerPids(node);
      await end();
      for (const uid of uids) touch(node, uid);
      await expect.poll(() => pids.some(isAlive), { timeout: 5000 }).toBe(false);
      await node.ok(['up']);
      await node.kubectlOk([
        'wait',
        '--for=jsonpath={.status.phase}=Failed',
        'pod/three',
        'pod/hungry',
        '--timeout=10s',
      ]);
      expect(await container('three')).toMatchObject({
        restartCount: 0,
        state: { terminated: { exitCode: 3, reason: 'Error' } },
      });
      expect(await node.kubectlOk(['logs', 'three'])).toBe('bye\n');
      expect((await container('hungry'))?.state.terminated).toMatchObject({
        exitCode: 137,
        reason: 'OOMKilled',
      });
      await expect.poll(async () => (await container('again'))?.restartCount, { timeout: 10_000 }).toBe(1);
      expect((await container('again'))?.lastState.terminated).toMatchObject({
        exitCode: 4,
        reason: 'Error',
      });
    });

    test('carries a deletion on that was under way, with the time that it was given', async () => {
      const untilTold = 'while [ ! -e /v/go ]; do sleep 0.05; done; exit 0';
      await node.apply(
        shell('slow', `trap "${untilTold}" TERM; while :; do sleep 0.1; done`, {
          ...file,
          spec: { ...volume, terminationGracePeriodSeconds: 60 },
        }),
      );
      await node.kubectlOk(ready);
      const pids = containerPids(node);
      await node.kubectlOk(['delete', 'pod', 'slow', '--wait=false']);
      await sleep(300);
      await end();
      expect(pids.every(isAlive)).toBe(true);
      await node.ok(['up']);
      expect(pids.every(isAlive)).toBe(true);
      expect(await node.kubectlOk(['get', 'pod', 'slow', '--no-headers'])).toContain('Terminating');
      touch(node, (await pod('slow')).metadata.uid);
      await node.kubectlOk(['wait', '--for=delete', 'pod/slow', '--timeout=10s']);
      expect(pids.some(isAlive)).toBe(false);
    });
  },
);

/** On the host, of all containers of this root. */
function containerPids({ lib }: OwnNode): readonly number[] {
  const pods = join(lib, 'pods');
  return readdirSync(pods)
    .flatMap((uid) => {
      const containers = join(pods, uid, 'containers');
      return readdirSync(containers).map((id) => Number(readFileSync(join(containers, id, 'pid'), 'utf8')));
    })
    .toSorted((a, b) => a - b);
}

function isAlive(pid: number): boolean {
  try {
    readlinkSync(`/proc/${pid}/ns/mnt`);
    return true;
  } catch {
    return false;
  }
}

/** What the pods' loops wait for. */
function touch({ lib }: OwnNode, uid = ''): void {
  writeFileSync(join(lib, 'pods', uid, 'volumes', 'v', 'go'), '');
}
