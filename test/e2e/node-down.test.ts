import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Pod } from '../../src/kube/pod.ts';
import { shell, sleeper, sleepers } from '../support/kube-objects.ts';
import { canRunKubectl } from '../support/machine.ts';
import { type OwnNode, ownNode } from '../support/own-node.ts';

const keeper = shell('data', 'cat /v/f; echo new >> /v/f; echo run; trap "exit 0" TERM; sleep 3600 & wait', {
  container: { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
  spec: { volumes: [{ name: 'v', emptyDir: {} }], terminationGracePeriodSeconds: 5 },
});
const web = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};
const stubborn = shell('stubborn', 'trap "" TERM; while :; do sleep 1; done', {
  spec: { terminationGracePeriodSeconds: 60 },
});
const ready = ['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=30s'];

describe.runIf(canRunKubectl())('podproof down', () => {
  let node: OwnNode;
  beforeAll(async () => {
    node = await ownNode();
  });
  afterAll(() => node.remove());
  afterEach(async () => void (await node.podproof(['down', '--purge', '--keep-images'])));

  const pod = async (name: string): Promise<Pod> =>
    JSON.parse(await node.kubectlOk(['get', 'pod', name, '-o', 'json']));

  async function upWith(...objects: readonly object[]): Promise<void> {
    await node.ok(['up']);
    await node.apply(...objects);
    await node.kubectlOk(ready);
  }

  test('leaves nothing on the machine, and up goes on with what was there', async () => {
    await upWith(keeper, sleepers('web', 2), web);
    expect(node.onMachine()).not.toEqual([]);
    const before = await pod('data');
    expect(await node.ok(['down'])).toBe('node stopped, its pods with it; their state is kept\n');
    expect(node.onMachine()).toEqual([]);
    expect(await node.ok(['down'])).toBe('no node runs here\n');

    expect(await node.ok(['up'])).toContain('3 pods from before');
    await node.kubectlOk(ready);
    const after = await pod('data');
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 0, reason: 'Completed' } },
    });
    expect(await node.kubectlOk(['logs', 'data'])).toBe('new\nrun\n');
    // Beside what it says on standard error, in whichever order.
    expect(await node.kubectlOk(['logs', 'data', '--previous'])).toContain('run\n');
    expect(await node.kubectlOk(['get', 'events'])).toMatch(
      /SandboxChanged +pod\/data +Pod sandbox changed, it will be killed and re-created\./,
    );
    expect(await node.kubectlOk(['get', 'pods', '-l', 'app=web', '--no-headers'])).toMatch(
      /^(web\S+ +1\/1 +Running +1 .*\n){2}$/,
    );
    await expect
      .poll(() => node.kubectlOk(['get', 'endpoints', 'web', '-o', 'jsonpath={.subsets[0].addresses[*].ip}']))
      .toMatch(/^\S+ \S+$/);
  });

  test('--keep-pods leaves them as they are, and a later down ends them all the same', async () => {
    await upWith(keeper, web);
    expect(await node.ok(['down', '--keep-pods'])).toBe('node stopped; its pods go on running\n');
    expect(await node.podproof(['status'])).toMatchObject({ exitCode: 1 });
    expect((await node.status()).state).toBe('stopped');
    expect(node.onMachine().some((it) => it.includes('conmon'))).toBe(true);
    expect(await node.ok(['down'])).toBe('no node runs here; stopped what it had left: 1 pod\n');
    expect(node.onMachine()).toEqual([]);
    await node.ok(['up']);
    await node.kubectlOk(ready);
    expect((await pod('data')).status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 0 } },
    });
  });

  test('a second one does not wait for pods that take their time', async () => {
    await upWith(stubborn);
    const first = node.start(['down']);
    await expect.poll(() => first.output(), { timeout: 5000 }).toContain('waiting for pods to end');
    expect((await node.status()).state).toBe('changing');
    const startedAt = performance.now();
    await node.ok(['down']);
    expect(await first.ended).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(node.onMachine()).toEqual([]);
  });

  test('--purge waits for nobody, and leaves nothing', async () => {
    await upWith(stubborn, keeper, sleepers('web', 2), web);
    const startedAt = performance.now();
    const printed = await node.ok(['down', '--purge']);
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(printed).toMatch(/^node stopped\n(removed pod default\/\S+\n){4}removed everything below \S+\n$/);
    expect(node.onMachine()).toEqual([]);
    expect(readdirSync(node.root)).toEqual([]);
    await node.loadImages();
  });

  test('--purge while pods are being started, and of a node that was killed', async () => {
    await node.ok(['up']);
    await node.apply(
      ...['a', 'b', 'c', 'd', 'e'].map((name) => sleeper(name, { spec: { hostUsers: false } })),
    );
    await node.ok(['down', '--purge', '--keep-images']);
    expect(node.onMachine()).toEqual([]);
    expect(readdirSync(node.lib)).toEqual(['images']);
    await upWith(keeper, web);
    await node.kill();
    expect(await node.ok(['down', '--purge', '--keep-images'])).toContain('removed pod default/data\n');
    expect(node.onMachine()).toEqual([]);
    expect(existsSync(node.run)).toBe(false);
  });

  test('while the node starts: it ends, and so does the command that waits for it', async () => {
    const up = node.start(['up']);
    await expect
      .poll(() => existsSync(join(node.run, 'node.lock')), { interval: 2, timeout: 10_000 })
      .toBe(true);
    while ((await node.podproof(['down'])).stdout.includes('no node')) await sleep(5);
    await up.ended;
    expect(node.onMachine()).toEqual([]);
    expect((await node.status()).state).toBe('stopped');
    // Ready before it heard of it, or not.
    expect(up.output()).toMatch(/node ready|the node was stopped while it started|no node runs here/);
  });

  test('Ctrl-C on up ends what it has started', async () => {
    for (const afterMs of [30, 120, 250]) {
      const up = node.start(['up']);
      await sleep(afterMs);
      up.child.kill('SIGINT');
      await up.ended;
      await node.podproof(['down']);
      expect(node.onMachine()).toEqual([]);
    }
  });

  test('says what is wrong with its options', async () => {
    expect(await node.podproof(['down', '--purge', '--keep-pods'])).toMatchObject({ exitCode: 2 });
    expect(await node.podproof(['down', '--keep-images'])).toMatchObject({ exitCode: 2 });
  });
});

describe.runIf(canRunKubectl())('podproof up --foreground', () => {
  let node: OwnNode;
  beforeAll(async () => {
    node = await ownNode();
  });
  afterAll(() => node.remove());

  test('SIGTERM, as of a service manager, keeps the pods; Ctrl-C does not', async () => {
    const first = node.start(['up', '--foreground']);
    await expect.poll(() => first.output(), { timeout: 10_000 }).toContain('node ready at https://');
    await node.apply(sleeper('a'));
    await node.kubectlOk(ready);
    const pid = containerPid(node);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(first.output()).toContain('node stopping; its pods go on running');
    const second = node.start(['up', '--foreground']);
    await expect.poll(() => second.output(), { timeout: 10_000 }).toContain('node ready at https://');
    expect(containerPid(node)).toBe(pid);
    expect(await node.kubectlOk(['get', 'pod', 'a', '--no-headers'])).toMatch(/^a +1\/1 +Running +0 /);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    expect(node.onMachine()).toEqual([]);
  });
});

/** On the host, of the only container. */
function containerPid({ lib }: OwnNode): number {
  const [uid = ''] = readdirSync(join(lib, 'pods'));
  const containers = join(lib, 'pods', uid, 'containers');
  const [id = ''] = readdirSync(containers);
  return Number(readFileSync(join(containers, id, 'pid'), 'utf8'));
}
