import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine, Sandbox, SandboxRequest } from '../../src/runtime/engine.ts';
import { holdNetwork, releaseNetwork } from '../../src/runtime/hold-network.ts';
import { openEngine } from '../../src/runtime/open-engine.ts';
import { openSpareNetwork, type SpareNetwork } from '../../src/runtime/spare-network.ts';
import { canRunContainers } from '../support/machine.ts';
import { openRuntimeFixture, type RuntimeFixture, readLog, readTraces } from './runtime-fixture.ts';

const profile = 'containerd';
let fixture: RuntimeFixture;
let before: ReturnType<typeof readTraces>;

describe.skipIf(!canRunContainers())('the network that a node keeps ready', () => {
  beforeEach(async () => {
    fixture = await openRuntimeFixture();
    before = readTraces(fixture.root);
    await holdNetwork({ root: fixture.root, profile });
  });

  afterEach(async () => {
    // The bridge would stay if it had a port.
    await releaseNetwork({ root: fixture.root, profile });
    const left = readTraces(fixture.root);
    fixture.close();
    expect(left).toEqual(before);
  });

  describe('while it runs', () => {
    let spare: SpareNetwork;
    let engine: Engine;

    beforeEach(async () => {
      spare = openSpareNetwork({ root: fixture.root, profile });
      engine = await openEngine({ root: fixture.root, profile }, spare);
    });

    afterEach(() => spare.close());

    const makeSandbox = (id: string, request: Partial<SandboxRequest> = {}): Promise<Sandbox> =>
      engine.createSandbox(fixture.sandboxRequest(id, { network: 'pod', ...request }));

    it('is taken by the next pod, which is in it with its own names, loopback and sysctls', async () => {
      const address = await readyAddress();
      const port = 'net.ipv4.ip_unprivileged_port_start';
      const sandbox = await makeSandbox('taker', { sysctls: [{ name: port, value: '8' }] });
      expect(sandbox.ips).toEqual([address]);
      const script = `busybox=/bin/busybox; $busybox ip -4 -o addr; $busybox ip route; hostname; $busybox sysctl ${port}`;
      const request = fixture.containerRequest(sandbox, ['/bin/sh', '-c', script]);
      const container = await engine.createContainer(request);
      await engine.startContainer(container);
      await engine.waitContainer(container);
      const seen = readLog(container);
      expect(seen).toContain('inet 127.0.0.1/8');
      expect(seen).toContain(`inet ${address}/24`);
      expect(seen).toContain('default via');
      expect(seen).toContain(`web\n${port} = 8`);
      await engine.removeSandbox(sandbox);
      expect([...leases().values()]).not.toContain(address);
    });

    it('is replaced, so that every pod is alone in its own', async () => {
      const sandboxes = [];
      for (const id of ['one', 'two', 'three']) {
        const address = await readyAddress();
        const sandbox = await makeSandbox(id);
        expect(sandbox.ips).toEqual([address]);
        // Comes while none is ready.
        sandboxes.push(sandbox, await makeSandbox(`after-${id}`));
      }
      const inodes = sandboxes.map(({ namespacePaths }) => statSync(namespacePaths.network ?? '').ino);
      expect(new Set(inodes).size).toBe(6);
      expect(new Set(sandboxes.flatMap(({ ips }) => ips)).size).toBe(6);
      await Promise.all(sandboxes.map((sandbox) => engine.removeSandbox(sandbox)));
      await spare.close();
      expect([...leases().keys()]).toEqual([]);
    });

    it('is not for pods with a user namespace, nor for those with ports of the host', async () => {
      const address = await readyAddress();
      const own = await makeSandbox('own', { user: { mode: 'pod', size: 65_536, hostId: null } });
      const mapped = await makeSandbox('mapped', {
        portMappings: [{ hostPort: 40_123, containerPort: 80, protocol: 'tcp' }],
      });
      expect([...own.ips, ...mapped.ips]).not.toContain(address);
      for (const sandbox of [own, mapped]) await engine.removeSandbox(sandbox);
    });

    it('is left alone when somebody has taken its interface away', async () => {
      const address = await readyAddress();
      const { hostInterface = '' } = recordOf(readySpares()[0] ?? '');
      expect(spawnSync('ip', ['link', 'delete', hostInterface]).status).toBe(0);
      const sandbox = await makeSandbox('careful');
      expect(sandbox.ips).not.toEqual([address]);
      await engine.removeSandbox(sandbox);
    });
  });

  // From before the plugins are called until all is ready.
  it.each([0, 3, 8, 15, 25, 40, 1000])(
    'goes with the next node when its own is killed (%i ms)',
    async (delayMs) => {
      const script = join(import.meta.dirname, 'spare-network-killed.ts');
      const child = spawn(process.execPath, ['--import', 'tsx', script, fixture.root], { stdio: 'inherit' });
      const ended = once(child, 'exit');
      await expect.poll(() => existsSync(sparesDir()), { timeout: 10_000, interval: 1 }).toBe(true);
      await sleep(delayMs);
      child.kill('SIGKILL');
      await ended;
      await holdNetwork({ root: fixture.root, profile });
      expect(readdirSync(sparesDir())).toEqual([]);
      expect([...leases().keys()]).toEqual([]);
    },
  );
});

function sparesDir(): string {
  return join(fixture.root, 'run', 'spare-networks');
}

function recordOf(id: string): { readonly hostInterface?: string } {
  const file = join(sparesDir(), id, 'network.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

function readySpares(): readonly string[] {
  const ids = existsSync(sparesDir()) ? readdirSync(sparesDir()) : [];
  return ids.filter((id) => recordOf(id).hostInterface !== undefined);
}

async function readyAddress(): Promise<string> {
  await expect.poll(readySpares, { timeout: 5000, interval: 5 }).toHaveLength(1);
  return leases().get(readySpares()[0] ?? '') ?? '';
}

/** Addresses by who has them. */
function leases(): ReadonlyMap<string, string> {
  const dir = join(fixture.root, 'run', 'cni');
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(\.\d+){3}$/.test(file),
  );
  return new Map(
    files.map((file) => [readFileSync(join(dir, file), 'utf8').split(/\s/, 1)[0] ?? '', basename(file)]),
  );
}
