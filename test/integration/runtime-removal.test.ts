import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeFileLock } from '../../src/linux/file-lock.ts';
import { MountFlag, mount, unmountTree } from '../../src/linux/mounts.ts';
import type { Sandbox } from '../../src/runtime/engine.ts';
import { freeIdRanges, idsPerPod, takeIdRange } from '../../src/runtime/id-ranges.ts';
import { rootLayout } from '../../src/runtime/layout.ts';
import {
  openRuntimeFixture,
  plainConfinement,
  plainMounts,
  type RuntimeFixture,
  readTraces,
  volumeMount,
} from './runtime-fixture.ts';

let fixture: RuntimeFixture;
let before: ReturnType<typeof readTraces>;

beforeAll(async () => {
  fixture = await openRuntimeFixture();
  before = readTraces(fixture.root);
});

afterAll(() => {
  fixture.close();
});

// A process of its own makes a sandbox and a container, and is killed so long after it began.
const killAfterMs = [1, 3, 6, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 95, 110, 130, 150, 180, 210, 250];

test('whatever a killed process had made of a pod is removed by the next', { timeout: 60_000 }, async () => {
  let halfMade = 0;
  for (const [index, delayMs] of killAfterMs.entries()) {
    const id = `killed-${index}`;
    const request = fixture.sandboxRequest(id, {
      network: 'pod',
      pid: index % 4 === 3 ? 'pod' : 'container',
      user: index % 2 === 0 ? { mode: 'host' } : { mode: 'pod', size: 65_536, hostId: null },
    });
    const script = join(import.meta.dirname, 'runtime-killed.ts');
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', script, fixture.root, JSON.stringify(request)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await sleep(delayMs);
    child.kill('SIGKILL');
    await ended;
    if (existsSync(join(request.dir, 'sandbox.json'))) halfMade += 1;
    await fixture.engine.removeSandbox(request);
    expect(readTraces(fixture.root), `killed after ${delayMs} ms`).toEqual(before);
  }
  expect(halfMade).toBeGreaterThan(killAfterMs.length / 2);
});

test('a removal that was killed after it had unmounted is gone on with', async () => {
  const request = fixture.sandboxRequest('unmounted', { network: 'pod' });
  const { namespacePaths } = await fixture.engine.createSandbox(request);
  unmountTree(namespacePaths.network ?? '');
  await fixture.engine.removeSandbox(request);
  expect(readTraces(fixture.root)).toEqual(before);
});

test('removal waits for the plugin of a killed process that is still connecting the pod', async () => {
  const request = fixture.sandboxRequest('connecting', { network: 'pod' });
  await fixture.engine.createSandbox(request);
  const record = join(request.dir, 'network.json');
  const text = readFileSync(record, 'utf8');
  const unfinished = text.replace(/,"hostInterface":"[^"]*"/, '');
  expect(unfinished).not.toBe(text);
  writeFileSync(record, unfinished);
  const env = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'connecting' };
  const plugin = spawn('/bin/sleep', ['0.5'], { argv0: '/usr/lib/cni/bridge', env });
  const ended = new Promise((resolve) => plugin.on('exit', () => resolve('plugin ended')));
  const removed = fixture.engine.removeSandbox(request).then(() => 'removed');
  expect(await Promise.race([ended, removed])).toBe('plugin ended');
  await removed;
  expect(readTraces(fixture.root)).toEqual(before);
});

test('removal waits for what a killed process has forked and is yet to execute its program', async () => {
  const request = fixture.sandboxRequest('forked');
  await fixture.engine.createSandbox(request);
  const lock = join(request.dir, 'owner.lock');
  expect(await takeFileLock(lock, 20)).toBeUndefined();
  await fixture.engine.removeSandbox(request);
  // A forked process has what its parent held.
  const child = spawn('flock', [lock, 'sh', '-c', 'echo locked; exec sleep 0.5']);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ended = new Promise((resolve) => child.on('exit', () => resolve('child ended')));
  const removed = fixture.engine.removeSandbox(request).then(() => 'removed');
  expect(await Promise.race([ended, removed])).toBe('child ended');
  await removed;
  expect(readTraces(fixture.root)).toEqual(before);
});

test('removing twice, or what never was, is no error', async () => {
  const request = fixture.sandboxRequest('twice');
  await fixture.engine.createSandbox(request);
  await fixture.engine.removeSandbox(request);
  await fixture.engine.removeSandbox(request);
  await fixture.engine.removeSandbox({ id: 'never', dir: join(fixture.root, 'lib', 'pods', 'never') });
  expect(readTraces(fixture.root)).toEqual(before);
});

test('a sandbox that cannot be made leaves nothing', async () => {
  const request = fixture.sandboxRequest('impossible', {
    network: 'pod',
    sysctls: [{ name: 'net.ipv4.no_such', value: '1' }],
  });
  await expect(fixture.engine.createSandbox(request)).rejects.toThrow(
    'cannot set sysctl "net.ipv4.no_such" to "1": ENOENT',
  );
  expect(readTraces(fixture.root)).toEqual(before);
});

test('many pods at once come and go', { timeout: 60_000 }, async () => {
  const ips = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const request = fixture.sandboxRequest(`many-${index}`, { network: 'pod' });
      const pod = await fixture.engine.createSandbox(request);
      const container = await fixture.run(pod, ['/bin/true']);
      expect((await fixture.engine.waitContainer(container)).exitCode).toBe(0);
      await fixture.engine.removeSandbox(request);
      return pod.ips[0];
    }),
  );
  expect(new Set(ips).size).toBe(12);
  expect(readTraces(fixture.root)).toEqual(before);
});

test('pods reach each other and the host by their addresses', async () => {
  const requests = ['server', 'client'].map((id) => fixture.sandboxRequest(id, { network: 'pod' }));
  const [server, client] = await Promise.all(
    requests.map((request) => fixture.engine.createSandbox(request)),
  );
  if (server === undefined || client === undefined) throw new Error('two pods');
  await fixture.run(server, ['/bin/sh', '-c', 'while :; do echo hello | nc -l -p 8080; done']);
  const caller = await fixture.run(client, ['/bin/sleep', '1000']);
  await sleep(100);
  const { stdout } = await fixture.engine.exec(caller, { args: ['/bin/nc', server.ips[0] ?? '', '8080'] });
  expect(stdout).toBe('hello\n');
  await Promise.all(requests.map((request) => fixture.engine.removeSandbox(request)));
  expect(readTraces(fixture.root)).toEqual(before);
});

test('removing a pod leaves the mounts below a shared directory of the host alone', async () => {
  const shared = join(fixture.root, 'shared');
  mkdirSync(shared);
  mount('tmpfs', shared, 'tmpfs', 0);
  try {
    mount('', shared, '', 1 << 20);
    const below = join(shared, 'below');
    mkdirSync(below);
    mount('tmpfs', below, 'tmpfs', MountFlag.noSuid);
    writeFileSync(join(below, 'file'), 'still here');
    const request = fixture.sandboxRequest('propagating');
    const pod = await fixture.engine.createSandbox(request);
    await fixture.run(pod, ['/bin/sleep', '1000'], {
      confinement: plainConfinement(pod, {
        mounts: [...plainMounts, volumeMount('/host', { propagation: 'shared' })],
      }),
      mountSources: new Map([['/host', { root: shared, path: '', idMapped: true }]]),
    });
    await fixture.engine.removeSandbox(request);
    expect(readFileSync(join(below, 'file'), 'utf8')).toBe('still here');
  } finally {
    unmountTree(shared);
  }
  expect(readTraces(fixture.root)).toEqual(before);
});

test('two roots have names and ids of their own', async () => {
  expect(rootLayout('/a').suffix).not.toBe(rootLayout('/b').suffix);
  // The other takes the range that this one's next pod would have.
  const user = { mode: 'pod', size: idsPerPod, hostId: null } as const;
  const own = fixture.sandboxRequest('with-ids', { user });
  const first = hostIdOf(await fixture.engine.createSandbox(own));
  await fixture.engine.removeSandbox(own);
  const elsewhere = mkdtempSync(join(tmpdir(), 'podproof-other-root-'));
  try {
    const { suffix } = rootLayout(fixture.root);
    expect(await takeIdRange({ suffix }, elsewhere)).toBe(first);
    const second = hostIdOf(await fixture.engine.createSandbox(own));
    expect(second).toBe(first + idsPerPod);
  } finally {
    await fixture.engine.removeSandbox(own);
    await freeIdRanges(elsewhere);
    rmSync(elsewhere, { recursive: true });
  }
  expect(readTraces(fixture.root)).toEqual(before);
});

function hostIdOf({ user }: Sandbox): number {
  if (user.mode !== 'pod' || user.hostId === null) throw new Error('a user namespace');
  return user.hostId;
}
