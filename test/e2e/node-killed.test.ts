import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sleeper } from '../support/kube-objects.ts';
import { canRunKubectl } from '../support/machine.ts';
import { type OwnNode, ownNode } from '../support/own-node.ts';

const names = Array.from({ length: 10 }, (_, index) => `p${index}`);

describe.runIf(canRunKubectl())('a node that is killed at any moment', () => {
  let node: OwnNode;
  beforeAll(async () => {
    node = await ownNode();
  });
  afterAll(() => node.remove());

  async function begin(): Promise<void> {
    // It may run already.
    await node.podproof(['up']);
    await node.kubectlOk(['delete', 'pods', '--all', '--now']);
  }

  test.each([250, 700, 1500])(
    'after %i ms of applying and deleting: what was acknowledged is there, and the machine agrees',
    async (afterMs) => {
      await begin();
      const wanted = new Map<string, 'there' | 'gone' | 'unknown'>();
      const killed = new AbortController();
      const churn = applyAndDelete(node, wanted, killed.signal);
      await sleep(afterMs);
      killed.abort();
      await node.kill();
      await churn;
      await node.ok(['up']);

      const there = await podsThatStay(node);
      for (const [name, is] of wanted)
        if (is !== 'unknown') expect([name, there.includes(name)]).toEqual([name, is === 'there']);
      if (there.length > 0)
        await node.kubectlOk([
          'wait',
          '--for=condition=Ready',
          ...there.map((name) => `pod/${name}`),
          '--timeout=30s',
        ]);
      await expect.poll(() => onMachine(node), { timeout: 10_000 }).toEqual(there);
      expect(await node.kubectlOk(['get', 'pods', '--no-headers'])).not.toMatch(
        /Terminating|Error|CrashLoop/,
      );
    },
  );

  test('and a purge leaves nothing', async () => {
    await begin();
    await node.apply(...names.map((name) => sleeper(name)));
    await node.kill();
    await node.ok(['down', '--purge', '--keep-images']);
    expect(node.onMachine()).toEqual([]);
    expect(readdirSync(node.lib)).toEqual(['images']);
  });
});

/** The names of the pods that nobody has deleted, sorted. */
async function podsThatStay(node: OwnNode): Promise<readonly string[]> {
  const columns = 'custom-columns=:metadata.name,:metadata.deletionTimestamp';
  const rows = (await node.kubectlOk(['get', 'pods', '--no-headers', '-o', columns])).split('\n');
  return rows.flatMap((row) => /^(\S+) +<none>/.exec(row)?.[1] ?? []).toSorted();
}

/** Applies all pods in one go, deletes them, and so on, and notes what kubectl was told. */
async function applyAndDelete(
  node: OwnNode,
  wanted: Map<string, 'there' | 'gone' | 'unknown'>,
  killed: AbortSignal,
): Promise<void> {
  const items = names.map((name) => sleeper(name, { spec: { hostUsers: name >= 'p5' } }));
  for (let round = 0; !killed.aborted; round += 1) {
    for (const name of names) wanted.set(name, 'unknown');
    const isApply = round % 2 === 0;
    const { stdout } = isApply
      ? await node.kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items })
      : await node.kubectl(['delete', 'pods', ...names, '--ignore-not-found', '--wait=false']);
    for (const [, name = '', verb] of stdout.matchAll(/^pod[/ ]"?(p\d)"? (created|deleted)/gm))
      wanted.set(name, verb === 'deleted' ? 'gone' : 'there');
    // So that the next apply makes new ones.
    if (!isApply && !killed.aborted)
      await node.kubectl(['wait', '--for=delete', 'pods', '--all', '--timeout=4s']);
  }
}

/** The names of the pods that have a running container. */
function onMachine({ lib }: OwnNode): readonly string[] {
  const pods = join(lib, 'pods');
  return readdirSync(pods)
    .flatMap((uid) => {
      try {
        const { name } = JSON.parse(readFileSync(join(pods, uid, 'pod.json'), 'utf8'));
        const [id = ''] = readdirSync(join(pods, uid, 'containers'));
        const pid = readFileSync(join(pods, uid, 'containers', id, 'pid'), 'utf8');
        return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n' ? [String(name)] : [];
      } catch {
        return [];
      }
    })
    .toSorted();
}
