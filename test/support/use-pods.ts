import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Pod } from '../../src/kube/pod.ts';
import { tailLog } from '../../src/node/logs.ts';
import { startPod } from '../../src/node/run-pod.ts';
import type { PodOptions, RunningPod } from '../../src/node/running-pod.ts';
import { canRunContainers } from './machine.ts';
import { openTestNode, type TestNode } from './test-node.ts';

export interface Pods {
  /** There from the first test on. */
  readonly node: TestNode;
  readonly start: (pod: Pod, options?: PodOptions) => Promise<RunningPod>;
  /** What a container has printed, by lines. */
  readonly log: (pod: RunningPod, container: string) => Promise<readonly string[]>;
}

/** A node for a file's tests; after each of them its pods are gone, and the objects that it gave them. */
export function usePods(): Pods {
  let node: TestNode | undefined;
  const running: RunningPod[] = [];
  const opened = (): TestNode => {
    if (node === undefined) throw new Error('the node is opened before the first test');
    return node;
  };
  beforeAll(async () => {
    if (canRunContainers()) node = await openTestNode();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((pod) => pod.stop(0)));
    if (node !== undefined) node.objects.current = {};
  });
  afterAll(() => node?.remove());
  return {
    get node(): TestNode {
      return opened();
    },
    async start(pod, options) {
      const started = await startPod(opened(), pod, options);
      running.push(started);
      return started;
    },
    async log(pod, name) {
      const container = pod.containers().find((candidate) => candidate.name === name);
      return (await tailLog(container?.logPath ?? '', 100)).map(({ text }) => text);
    },
  };
}
