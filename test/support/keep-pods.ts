/**
 * A process of its own that starts a pod for a node to keep, and is then killed: `node --import tsx keep-pods.ts ROOT
 * MOMENT POD`. MOMENT is a step of the engine at which it kills itself, so many milliseconds after the start at which it
 * does, or `running`, where it waits to be killed.
 */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pod } from '../../src/kube/pod.ts';
import { startPod } from '../../src/node/run-pod.ts';
import type { Engine } from '../../src/runtime/engine.ts';
import { openTestNode } from './test-node.ts';

const [root = '', moment = '', json = ''] = process.argv.slice(2);
const node = await openTestNode('containerd', root);

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Dies in the middle of a step or right after it, when that is the moment asked for. */
async function soon<T>(step: string, work: Promise<T>): Promise<T> {
  if (moment === `during-${step}`) setTimeout(die, 5);
  const result = await work;
  if (moment === `after-${step}`) die();
  return result;
}

function dieAt(engine: Engine): Engine {
  return {
    ...engine,
    createSandbox: (request) => soon('createSandbox', engine.createSandbox(request)),
    createContainer: (request) => soon('createContainer', engine.createContainer(request)),
    startContainer: (container) => soon('startContainer', engine.startContainer(container)),
  };
}

// oxlint-disable-next-line no-unsafe-type-assertion -- written by the test that starts this
const wanted = JSON.parse(json) as Pod;
if (Number(moment) > 0) setTimeout(die, Number(moment));
const pod = await startPod({ ...node, engine: dieAt(node.engine) }, wanted, {
  keeper: 'node',
  backOff: { initialMs: 300, maxMs: 1000, resetAfterMs: 60_000 },
  retryRefusedMs: 200,
});
if (moment === 'after-record') die();
await pod.waitUntil('ready', 10_000);
// What has just become true is written down after this turn.
await sleep(20);
process.stdout.write('ready\n');
setInterval(() => {}, 1000);
