import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RunningPod } from '../../src/node/running-pod.ts';
import type { ProofContext } from '../../src/proof/fact.ts';
import { makeBreakingRuntime } from '../support/breaking-runtime.ts';
import { canRunContainers } from '../support/machine.ts';
import { openProofNode, type Proven, proveContainer } from '../support/proof-pod.ts';

/** Starts as root; replaces itself by `sleep` as another user. */
const drop = ['setpriv', '--reuid=1654', '--regid=1654', '--clear-groups', 'sleep', '600'];

/** The pod's container, once it has done so. */
async function proveDropped(pod: RunningPod, context: ProofContext = {}): Promise<Proven> {
  const proven = await proveContainer(pod, 0, context);
  if (proven.observed.args[0] === 'sleep') return proven;
  await sleep(20);
  return proveDropped(pod, context);
}

describe.skipIf(!canRunContainers())(
  'a process that drops its user is told from a runtime that gave it another',
  () => {
    test('an entrypoint that replaces itself as another user is as it should be', async () => {
      await using node = await openProofNode();
      const pod = await node.start({ containers: [{ command: drop }] });
      const { proof, failing } = await proveDropped(pod, { startedArgs: drop });
      expect(failing).toEqual([]);
      expect(proof.facts.find(({ field }) => field === 'user.uid')).toMatchObject({
        expected: 0,
        observed: 1654,
        holds: true,
        explanation: 'the program that was started replaced itself by "sleep", with fewer rights',
      });
    });

    test('without knowing what was started, the strictest is said', async () => {
      await using node = await openProofNode();
      const pod = await node.start({ containers: [{ command: drop }] });
      expect((await proveDropped(pod)).failing).toEqual([
        'user.uid',
        'user.gid',
        'user.groups',
        'capabilities.effective',
        'capabilities.permitted',
      ]);
    });

    test('a runtime that starts the very program as another user is found', async () => {
      await using node = await openProofNode((directory) => makeBreakingRuntime(directory, 'wrong-uid'));
      const pod = await node.start({});
      const atStart = (await proveContainer(pod)).observed;
      const { failing } = await proveContainer(pod, 0, { startedArgs: ['sleep', '600'], atStart });
      expect(failing).toEqual(['user.uid', 'capabilities.effective', 'capabilities.permitted']);
    });
  },
);
