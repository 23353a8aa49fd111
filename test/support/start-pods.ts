/**
 * A process of its own that starts a pod and is then killed: `node --import tsx start-pods.ts ROOT MOMENT`. MOMENT is a
 * step of the engine at which it kills itself, or `running`, where it waits to be killed.
 */
import process from 'node:process';
import { startPod } from '../../src/node/run-pod.ts';
import type { Engine } from '../../src/runtime/engine.ts';
import { openTestNode, script, testPod } from './test-node.ts';

const [root = '', moment = ''] = process.argv.slice(2);
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

const pod = await startPod(
  { ...node, engine: dieAt(node.engine) },
  testPod({
    hostUsers: false,
    volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
    containers: [script('c', 'exec sleep 1000', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
  }),
);
if (moment === 'after-record') die();
await pod.waitUntil('ready', 10_000);
process.stdout.write('ready\n');
setInterval(() => {}, 1000);
