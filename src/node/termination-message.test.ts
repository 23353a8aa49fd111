import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Container } from '../kube/pod.ts';
import { readTerminationMessage } from './termination-message.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-words-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

interface Ending {
  readonly exitCode?: number;
  readonly containers?: number;
  readonly policy?: NonNullable<Container['terminationMessagePolicy']>;
}

function wordsOf(
  written: string,
  output: readonly string[],
  { exitCode = 1, containers = 1, policy = 'File' }: Ending = {},
): Promise<string | undefined> {
  const paths = { terminationLog: join(dir, 'words'), log: join(dir, 'log') };
  writeFileSync(paths.terminationLog, written);
  writeFileSync(paths.log, output.map((line) => `2026-01-01T00:00:00Z stdout F ${line}\n`).join(''));
  const container: Container = { name: 'c', terminationMessagePolicy: policy };
  return readTerminationMessage(container, paths, exitCode, containers);
}

const fallback = { policy: 'FallbackToLogsOnError' } as const;

// util/tail, status_manager.go and container/runtime.go of the kubelet.
it('of a long termination log the last 4096 bytes count', async () => {
  expect(await wordsOf(`${'a'.repeat(5000)}end`, [])).toBe(`${'a'.repeat(4093)}end`);
});

it('12 KiB are shared by the containers of the pod: each may say the start of its words', async () => {
  expect(await wordsOf('b'.repeat(4096), [], { containers: 4 })).toHaveLength(3072);
  expect(await wordsOf('b'.repeat(4096), [], { containers: 3 })).toHaveLength(4096);
});

it('the output stands in after a failure only: its last 80 lines, its last 2048 bytes', async () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  expect((await wordsOf('', lines, fallback))?.split('\n')[0]).toBe('line 20');
  expect(await wordsOf('', ['c'.repeat(3000)], fallback)).toHaveLength(2048);
  expect(await wordsOf('', lines, { ...fallback, exitCode: 0 })).toBeUndefined();
  expect(await wordsOf('', lines)).toBeUndefined();
  expect(await wordsOf('said', lines, fallback)).toBe('said');
});
