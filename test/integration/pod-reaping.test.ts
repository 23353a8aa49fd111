import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reapDeadPods } from '../../src/node/reap-pods.ts';
import { startPod } from '../../src/node/run-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { openTestNode, script, type TestNode, testPod } from '../support/test-node.ts';

const PROGRAM = fileURLToPath(new URL('../support/start-pods.ts', import.meta.url));

let node: TestNode;
let before: readonly string[];

beforeAll(async () => {
  if (canRunContainers()) node = await openTestNode();
});
beforeEach(() => {
  before = traces();
});
afterAll(() => node?.remove());

/** What this machine shows of pods of our root: mounts, processes, interfaces of the network. */
function traces(): readonly string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${node.root}/`))
    .map((line) => `mount ${line.split(' ')[4]}`);
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(`${node.root}/`))
    .map((pid) => `process ${pid} ${commandLine(pid)}`);
  const pods = existsSync(podsDir()) ? readdirSync(podsDir()).map((name) => `pod ${name}`) : [];
  return [...mounts, ...processes, ...pods];
}

function podsDir(): string {
  return join(node.dirs.lib, 'pods');
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Starts the program and waits until it has been killed. */
async function runUntilKilled(moment: string): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, node.root, moment], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', () => child.kill('SIGKILL'));
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}

describe.skipIf(!canRunContainers())('a pod whose owner was killed', () => {
  it.each([
    'after-record',
    'during-createSandbox',
    'after-createSandbox',
    'during-createContainer',
    'after-createContainer',
    'after-startContainer',
    'running',
  ])('%s is taken away by the next command, and nothing is left', async (moment) => {
    await runUntilKilled(moment);
    const reaped = await reapDeadPods(node);
    expect(reaped).toHaveLength(1);
    expect(traces()).toEqual(before);
    expect(await reapDeadPods(node)).toEqual([]);
  });
});

describe.skipIf(!canRunContainers())('reaping', () => {
  it('leaves a pod alone whose owner lives', async () => {
    const pod = await startPod(node, testPod({ containers: [script('c', 'exec sleep 1000')] }));
    await pod.waitUntil('ready', 10_000);
    expect(await reapDeadPods(node)).toEqual([]);
    expect(pod.status().phase).toBe('Running');
    await pod.stop(0);
    expect(traces()).toEqual(before);
  });

  it('takes away drafts and directories without a record', async () => {
    mkdirSync(join(podsDir(), '.new-999999999-1-x'), { recursive: true });
    mkdirSync(join(podsDir(), 'half-removed', 'logs'), { recursive: true });
    mkdirSync(join(podsDir(), 'cut-off'));
    writeFileSync(join(podsDir(), 'cut-off', 'pod.json'), '{"owner":');
    await reapDeadPods(node);
    expect(traces()).toEqual(before);
  });

  it('two at once take everything away once', async () => {
    await runUntilKilled('running');
    const [one, other] = await Promise.all([reapDeadPods(node), reapDeadPods(node)]);
    expect(one.length + other.length).toBe(1);
    expect(traces()).toEqual(before);
  });
});
