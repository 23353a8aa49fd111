import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { typicalPlatform } from '../confinement/platform.ts';
import type { Engine } from '../runtime/engine.ts';
import { podDirOf } from './pod-record.ts';
import { reapDeadPods } from './reap-pods.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podproof-reap-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const never = (): Promise<never> => Promise.reject(new Error('not asked for'));

/** An engine that cannot remove these sandboxes. */
function engineWithout(stuck: readonly string[]): Engine {
  return {
    platform: typicalPlatform('containerd'),
    versions: { runtime: '', monitor: '', cni: '' },
    createSandbox: never,
    adoptSandbox: never,
    releaseSandbox: () => {},
    findContainer: never,
    discardContainer: never,
    removeSandbox: ({ id }) =>
      stuck.includes(id) ? Promise.reject(new Error(`${id} is stuck`)) : Promise.resolve(),
    createContainer: never,
    startContainer: never,
    waitContainer: never,
    killContainer: never,
    removeContainer: never,
    exec: never,
    attach: never,
    reopenLog: () => Promise.reject(new Error('not called')),
  };
}

function leave(uid: string): string {
  const dir = podDirOf(join(root, 'lib'), uid);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'pod.json'), JSON.stringify({ owner: { pid: 0, startTime: 0 } }));
  return dir;
}

const dirs = (): { lib: string; run: string } => ({ lib: join(root, 'lib'), run: join(root, 'run') });

it('a pod that cannot be removed does not keep the others', async () => {
  const [first, stuck, last] = [leave('a'), leave('b'), leave('c')];
  await expect(reapDeadPods({ engine: engineWithout(['b']), dirs: dirs() })).rejects.toThrow('b is stuck');
  expect([first, stuck, last].map(existsSync)).toEqual([false, true, false]);
  expect((await reapDeadPods({ engine: engineWithout([]), dirs: dirs() })).map(({ uid }) => uid)).toEqual([
    'b',
  ]);
});

it('of several all are told', async () => {
  leave('a');
  leave('b');
  await expect(reapDeadPods({ engine: engineWithout(['a', 'b']), dirs: dirs() })).rejects.toMatchObject({
    problems: ['a is stuck', 'b is stuck'],
  });
});
