import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RuntimeContainer } from '../runtime/engine.ts';
import { rotateLogs } from './rotate-logs.ts';

let dir = '';
let log = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-logs-'));
  log = join(dir, '0.log');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const rotation = { maxBytes: 10, maxFiles: 3 };
const at = (second: number): number => Date.UTC(2026, 0, 2, 3, 4, second);

function container(): RuntimeContainer {
  const user = { mode: 'host' } as const;
  const sandbox = { id: 's', dir, hostname: 'h', user, namespacePaths: {}, ips: [], cgroupPath: '/x' };
  return { id: 'c', sandbox, dir, pid: 1, startTime: 1, logPath: log };
}

const reopening = {
  reopenLog: async () => writeFileSync(log, ''),
};

it('a log that is too long is kept under a new name, those before are compressed, and the oldest go', async () => {
  for (const second of [1, 2, 3]) {
    writeFileSync(log, `content ${second} of it`);
    await rotateLogs(reopening, [container()], at(second), rotation);
  }
  expect(readdirSync(dir).sort()).toEqual(['0.log', '0.log.20260102-030402.gz', '0.log.20260102-030403']);
  expect(gunzipSync(readFileSync(join(dir, '0.log.20260102-030402.gz'))).toString()).toBe('content 2 of it');
  expect(readFileSync(join(dir, '0.log.20260102-030403'), 'utf8')).toBe('content 3 of it');
});

it('a short log, other runs of the container and other files are left alone', async () => {
  writeFileSync(log, 'short');
  writeFileSync(join(dir, '10.log'), 'another log of this container');
  await rotateLogs(reopening, [container()], at(1), rotation);
  expect(readdirSync(dir).sort()).toEqual(['0.log', '10.log']);
});

it('a log whose monitor is gone stays where it is, and the others are rotated', async () => {
  writeFileSync(log, 'long enough to be rotated');
  const refusing = { reopenLog: () => Promise.reject(new Error('it does not run')) };
  await rotateLogs(
    refusing,
    [container(), { ...container(), logPath: join(dir, 'none.log') }],
    at(1),
    rotation,
  );
  expect(readFileSync(log, 'utf8')).toBe('long enough to be rotated');
  expect(readdirSync(dir)).toEqual(['0.log']);
});

it('what a compression that was cut short has left is removed', async () => {
  writeFileSync(log, 'long enough to be rotated');
  writeFileSync(join(dir, '0.log.20260102-030401.tmp'), 'half');
  await rotateLogs(reopening, [container()], at(5), rotation);
  expect(existsSync(join(dir, '0.log.20260102-030401.tmp'))).toBe(false);
});
