import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CheckReport } from '../../src/core/contract/check-report.ts';
import { PODPROOF } from '../support/paths.ts';

// From 400 files on threads read them, unless there is one processor only.

const FILES = 900;
let dir = '';

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'pp-threads-'));
  for (let index = 0; index < FILES; index += 1) {
    const group = join(dir, `group-${index % 7}`);
    mkdirSync(group, { recursive: true });
    writeFileSync(join(group, `${index}.yaml`), textOf(index));
  }
  const many = Array.from({ length: 700 }, (_, index) => `---\n${pod(`many-${index}`, index % 2 === 0)}`);
  writeFileSync(join(dir, 'many.yaml'), many.join(''));
  // Manifests all the same; the Namespace is found after everything that is in it.
  mkdirSync(join(dir, 'late'));
  writeFileSync(join(dir, 'late', 'a.yaml'), pod('late', true, 'late'));
  writeFileSync(join(dir, 'late', 'compose.yaml'), openNamespace('late'));
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Pods that are admitted and that are not, and what a repository has besides. */
function textOf(index: number): string {
  if (index % 50 === 3) return 'apiVersion: v1\nkind: Pod\nmetadata: {name: a\n';
  if (index % 50 === 4)
    return `apiVersion: v1\nkind: Pod\nmetadata: {name: p-${index}}\nspec: {container: []}\n`;
  if (index % 50 === 5) return '{{ template }}\n';
  if (index % 50 === 6) return `defaults: &d {name: c}\n---\n${pod(`after-${index}`, true)}`;
  if (index % 50 === 7)
    return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Pod' }] });
  if (index === 8) {
    return openNamespace('open');
  }
  return pod(`p-${index}`, index % 2 === 0, index % 3 === 0 ? 'open' : 'default');
}

function openNamespace(name: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n  labels: {pod-security.kubernetes.io/enforce: privileged}\n`;
}

function pod(name: string, isPrivileged: boolean, namespace = 'default'): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name} # ${'é'.repeat(name.length)}
  namespace: ${namespace}
spec:
  containers:
    - name: c
      image: registry.example.com/${name}
      securityContext:
        privileged: ${isPrivileged}
`;
}

/** What is printed, and the exit code; on one processor when `program` pins it. */
function check(program: readonly string[], ...args: readonly string[]): string {
  const words = [...program, PODPROOF, 'check', '--images', 'never', ...args, dir];
  const [command, ...rest] = words;
  if (command === undefined) throw new Error('no command');
  const env = { ...process.env, PODPROOF_ROOT: inject('podproofRoot'), NO_COLOR: '1' };
  try {
    return `0 ${execFileSync(command, rest, { encoding: 'utf8', env, stdio: 'pipe', maxBuffer: 1 << 28 })}`;
  } catch (error) {
    if (!(error instanceof Error) || !('status' in error) || !('stdout' in error) || !('stderr' in error))
      throw error;
    return `${String(error.status)} ${String(error.stdout)} ${String(error.stderr)}`;
  }
}

test.each(['text', 'json', 'sarif', 'junit', 'markdown'])(
  'whatever threads read, %s is the same to the byte',
  (format) => {
    const alone = check(['taskset', '-c', '0'], '-o', format);
    const together = check([], '-o', format);
    expect(alone.startsWith('2 ')).toBe(true);
    if (format !== 'markdown') expect(alone).toContain('many-698');
    expect(together === alone).toBe(true);
  },
);

test('a Namespace in a file that is called compose.yaml counts, whatever threads read', () => {
  const out = mkdtempSync(join(tmpdir(), 'pp-out-'));
  for (const program of [['taskset', '-c', '0'], []]) {
    check(program, '-o', `json=${join(out, 'report.json')}`);
    const report: CheckReport = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    const late = report.workloads.find(({ name }) => name === 'late');
    expect(late?.admission).toMatchObject({ level: 'privileged', allowed: true });
  }
  rmSync(out, { recursive: true });
});

// In the foreground: else timeout signals twice, and who is asked twice ends at once.
test('a check that is ended leaves no half of an output behind', () => {
  const env = { ...process.env, PODPROOF_ROOT: inject('podproofRoot') };
  const out = mkdtempSync(join(tmpdir(), 'pp-out-'));
  const ended = ['-s', 'INT', '-k', '5', '0.3', PODPROOF, 'check', '-o', `json=${join(out, 'report.json')}`];
  const copies = Array.from({ length: 40 }, () => dir);
  let status: unknown;
  try {
    execFileSync('timeout', ['--foreground', '--preserve-status', ...ended, ...copies], {
      env,
      stdio: 'pipe',
    });
  } catch (error) {
    status = error instanceof Error && 'status' in error ? error.status : undefined;
  }
  expect(status).toBe(130);
  expect(readdirSync(out)).toEqual([]);
  rmSync(out, { recursive: true });
});
