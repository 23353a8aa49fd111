import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canRunContainers } from '../support/machine.ts';
import { writeLayout } from '../support/oci-layout.ts';
import { PODPROOF, SAMPLE_LAYOUT } from '../support/paths.ts';
import { type Outcome, podproof } from '../support/podproof.ts';

const IMAGE = 'localhost/busybox:root';

/** A root of its own for each test, on a file system of 64 MB. */
let dir = '';
let root = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-root-'));
  root = join(dir, 'root');
  mkdirSync(root);
  if (canRunContainers())
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=711', 'podproof-test', root]);
});
afterEach(() => {
  if (canRunContainers()) execFileSync('umount', ['--recursive', root]);
  rmSync(dir, { recursive: true, force: true });
});

const call = (args: readonly string[], input = ''): Promise<Outcome> =>
  podproof(args, input, { PODPROOF_ROOT: root });
const loadBusybox = (): Promise<Outcome> => call(['image', 'load', `oci:${SAMPLE_LAYOUT}:${IMAGE}`]);

/** An image of so many MB that nothing compresses. */
function bigImage(megabytes: number): string {
  const files = Array.from({ length: megabytes * 10 }, (_, i) => ({
    path: `f${i}`,
    content: randomBytes(100_000),
  }));
  writeLayout(join(dir, 'big'), { layers: [files], refName: 'big' });
  return `oci:${join(dir, 'big')}`;
}

function left(): readonly string[] {
  const parts = ['lib/pods', 'lib/images/temp', 'lib/images/layers'].map((part) => join(root, part));
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [
    ...parts.flatMap((part) => (existsSync(part) ? readdirSync(part) : [])),
    ...mounts.filter((line) => line.includes(`${root}/`)),
  ];
}

describe.skipIf(!canRunContainers())('a root', () => {
  test('that becomes full while an image is unpacked keeps nothing of it', async () => {
    const loaded = await call(['image', 'load', bigImage(70)]);
    expect(loaded.exitCode).toBe(4);
    expect(loaded.stderr).toContain('ENOSPC: no space left on device');
    expect(left()).toEqual([]);
    expect((await loadBusybox()).exitCode).toBe(0);
  });

  test('that is full says so, and what to do; what was begun goes', async () => {
    await loadBusybox();
    const before = left();
    // The last byte too: dd ends with an error, as it should.
    spawn('dd', ['if=/dev/zero', `of=${join(root, 'fill')}`, 'bs=64k'], { stdio: 'ignore' }).unref();
    await expect.poll(async () => (await call(['run', IMAGE, 'true'])).exitCode, { timeout: 20_000 }).toBe(4);
    const refused = await call(['run', IMAGE, 'true']);
    expect(refused.stderr).toContain('this machine refused: ENOSPC');
    expect(refused.stderr).toContain('make room');
    expect(left()).toEqual(before);
    rmSync(join(root, 'fill'));
    expect(await call(['run', IMAGE, 'echo', 'hi'])).toMatchObject({ exitCode: 0, stdout: 'hi\n' });
    expect(left()).toEqual(before);
  });

  test('that is read-only is named so', async () => {
    await loadBusybox();
    await call(['run', IMAGE, 'true']);
    execFileSync('mount', ['-o', 'remount,ro', root]);
    for (const args of [
      ['run', IMAGE, 'true'],
      ['image', 'load', bigImage(1)],
    ]) {
      const refused = await call(args);
      expect(refused.exitCode).toBe(4);
      expect(refused.stderr).toContain('this machine refused: EROFS: read-only file system');
    }
    expect((await call(['image', 'list'])).stdout).toContain(IMAGE);
  });

  test('takes two loads of one image at once', async () => {
    const source = bigImage(20);
    const both = await Promise.all([call(['image', 'load', source]), call(['image', 'load', source])]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(left().length).toBe(1);
  });

  test('from which an image is removed while it is proven keeps the pod going', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: IMAGE, command: ['sleep', '100'] }] },
    };
    for (const afterMs of [50, 150, 300]) {
      await loadBusybox();
      const proving = call(['prove', '-f', '-', '--settle', '500ms'], JSON.stringify(pod));
      await delay(afterMs);
      const removed = await call(['image', 'remove', IMAGE]);
      expect([0, 2], removed.stderr).toContain(removed.exitCode);
      // Proven, or refused since there was no image yet; never something between.
      expect((await proving).stdout).toMatch(/1 container: 1 (?:proven|refused)/);
      await call(['run', IMAGE, 'true']);
      expect(readdirSync(join(root, 'lib/pods'))).toEqual([]);
    }
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'keeps nothing of a load that %s ended at any moment, at the latest from the next one on',
    async (signal) => {
      const source = bigImage(20);
      for (const afterMs of [60, 120, 180, 240]) {
        const env = { ...process.env, PODPROOF_ROOT: root };
        const child = spawn(PODPROOF, ['image', 'load', source], { env, stdio: 'ignore' });
        const closed = once(child, 'close');
        await delay(afterMs);
        child.kill(signal);
        await closed;
        if (child.exitCode === 0) await call(['image', 'remove', 'big']);
        if (signal !== 'SIGKILL') expect(left()).toEqual([]);
      }
      expect((await call(['image', 'load', source])).exitCode).toBe(0);
      expect(left().length).toBe(1);
    },
  );
});
