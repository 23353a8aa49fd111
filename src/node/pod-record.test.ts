import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPodRecords, writePodRecord } from './pod-record.ts';

let lib = '';
beforeEach(() => {
  lib = mkdtempSync(join(tmpdir(), 'podproof-record-'));
});
afterEach(() => rmSync(lib, { recursive: true, force: true }));

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u1' }, spec: { containers: [] } };

it('a record names its owner for good', async () => {
  const record = writePodRecord(lib, pod);
  expect(record).toMatchObject({ uid: 'u1', namespace: 'default', name: 'p' });
  expect(record.owner.pid).toBe(process.pid);
  expect(record.owner.startTime).toBeGreaterThan(0);
  expect((await readPodRecords(lib)).records).toEqual([record]);
  expect(statSync(join(record.dir, 'pod.json')).mode & 0o777).toBe(0o600);
});

it('a second pod of that uid is a conflict and leaves no draft', async () => {
  writePodRecord(lib, pod);
  expect(() => writePodRecord(lib, pod)).toThrow(expect.objectContaining({ code: 'conflict' }));
  expect(readdirSync(join(lib, 'pods'))).toEqual(['u1']);
});

it('nothing is read where nothing was ever written', async () => {
  expect(await readPodRecords(join(lib, 'none'))).toEqual({ records: [], drafts: [] });
});
