import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runtimeProblem } from './runtime-problem.ts';

let mountPoint: string;

beforeEach(() => {
  mountPoint = mkdtempSync(join(tmpdir(), 'podproof-cgroups-'));
});

afterEach(() => {
  rmSync(mountPoint, { recursive: true });
});

const first = { mountPoint: '/sys/fs/cgroup/memory', version: 1, controllers: ['memory'] } as const;

function unified(controllers: string): { mountPoint: string; version: 2; controllers: [] } {
  writeFileSync(join(mountPoint, 'cgroup.controllers'), `${controllers}\n`);
  return { mountPoint, version: 2, controllers: [] };
}

test('crun cannot run where both versions of cgroups have controllers', () => {
  expect(runtimeProblem('crun 1.8.1', [first, unified('hugetlb')])).toBe(
    'crun does not support cgroups in hybrid mode, and here version 2 has hugetlb while the others are on version 1',
  );
});

test('crun can run on either version alone, and beside a version 2 without controllers', () => {
  expect(runtimeProblem('crun 1.8.1', [unified('cpu memory')])).toBeUndefined();
  expect(runtimeProblem('crun 1.8.1', [first])).toBeUndefined();
  expect(runtimeProblem('crun 1.8.1', [first, unified('')])).toBeUndefined();
});

test('nothing is held against runc', () => {
  expect(runtimeProblem('runc 1.1.5', [first, unified('hugetlb')])).toBeUndefined();
});
