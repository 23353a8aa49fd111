import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, podproof } from '../support/podproof.ts';

// What a repository says about how it is to be checked is a stranger's, too.

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-hostile-settings-'));
  mkdirSync(join(directory, '.git'));
  writeFileSync(
    join(directory, 'pod.yaml'),
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: app}]}\n',
  );
  writeFileSync(join(directory, 'wide.baseline'), baseline('['.repeat(200_000)));
  writeFileSync(join(directory, 'wrong.baseline'), baseline('[{"fingerprint":"x","rule":1,"count":-1}]'));
  writeFileSync(join(directory, 'proto.baseline'), baseline('[]', '"__proto__":{"polluted":1},'));
  writeFileSync(join(directory, 'deep.yaml'), `exemptions: ${'['.repeat(10_000)}`);
  symlinkSync('/etc/hostname', join(directory, 'out'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function baseline(findings: string, more = ''): string {
  return `{"apiVersion":"podproof.dev/v1","kind":"CheckBaseline",${more}"findings":${findings}}`;
}

function check(...args: readonly string[]): Promise<Outcome> {
  return podproof(['check', ...args, 'pod.yaml'], '', { PODPROOF_ROOT: join(directory, 'root') }, directory);
}

async function refusalOf(...args: readonly string[]): Promise<string> {
  const started = performance.now();
  const { exitCode, stdout, stderr } = await check(...args);
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^podproof: cannot read /);
  expect(stderr).not.toMatch(/defect of podproof|\n {4}at /);
  expect(performance.now() - started).toBeLessThan(5000);
  return stderr;
}

const HEAD = 'apiVersion: podproof.dev/v1\nkind: CheckConfig\n';

describe('podproof.yaml', () => {
  test.each([
    ['that is binary', '\0\u0001', 'null byte is not allowed in input'],
    ['that is endless', `${HEAD}#${'x'.repeat(2_000_000)}\n`, 'larger than 1 MiB'],
    ['that is deep', `${HEAD}exemptions: ${'['.repeat(10_000)}`, 'nesting exceeded maxDepth (500)'],
    ['with thousands of mistakes', HEAD + 'a: 1\n'.repeat(20_000), 'and '],
    ['with a colour', `${HEAD}"\\e[31m": 1\n`, 'unknown field "[\\u001b[31m]"'],
    [
      'that names a file elsewhere',
      `${HEAD}podSecurity: /etc/passwd\n`,
      'podSecurity must be relative to this file',
    ],
    ['that leads out', `${HEAD}baseline: ../../../etc/passwd\n`, 'baseline leads out of the repository'],
    ['that links out', `${HEAD}podSecurity: out\n`, 'podSecurity leads out of the repository'],
    ['that checks what is elsewhere', `${HEAD}paths: [/etc]\n`, 'paths[0] must be relative to this file'],
    [
      'with a glob that explodes',
      `${HEAD}exclude: ["${'{a,b}'.repeat(9)}"]\n`,
      'stands for more than 256 globs',
    ],
    ['that asks the network', `${HEAD}images: pull\n`, 'a repository does not decide who is asked'],
    [
      'that reads a file as an image',
      `${HEAD}images: {sources: [{name: a, from: "docker-archive:/etc/shadow"}]}\n`,
      'must be relative to this file',
    ],
  ])('%s is refused with its reason', async (_, text, reason) => {
    writeFileSync(join(directory, 'podproof.yaml'), text);
    expect(await refusalOf()).toContain(reason);
    rmSync(join(directory, 'podproof.yaml'));
  });

  test('with globs that backtrack is matched at once', async () => {
    const glob = `${'*a'.repeat(400)}b`;
    const exemption = `{checks: ["*"], reason: x, name: "${glob}", path: "**/${glob}"}`;
    writeFileSync(
      join(directory, 'podproof.yaml'),
      `${HEAD}exclude: ["${glob}"]\nexemptions: [${exemption}]\n`,
    );
    writeFileSync(join(directory, `${'a'.repeat(240)}.yaml`), '');
    const started = performance.now();
    expect(await check('.')).toMatchObject({ exitCode: 1, stderr: '' });
    expect(performance.now() - started).toBeLessThan(5000);
    rmSync(join(directory, 'podproof.yaml'));
  });
});

describe('other settings', () => {
  test.each([
    ['a configuration that never ends', '--config', '/dev/zero', 'larger than 1 MiB'],
    ['a configuration that is a directory', '--config', '.', 'it is a directory'],
    ['a baseline that never ends', '--baseline', '/dev/zero', 'larger than 256 MiB'],
    ['a baseline that is deep', '--baseline', 'wide.baseline', 'cannot read baseline "wide.baseline"'],
    ['a baseline of nothing right', '--baseline', 'wrong.baseline', '64 hexadecimal digits expected'],
    ['a baseline with a prototype', '--baseline', 'proto.baseline', 'unknown field "__proto__"'],
    ['a baseline that is not there', '--baseline', 'nowhere', 'no such file or directory'],
    ['a cluster configuration that never ends', '--pod-security', '/dev/zero', 'larger than 64 MiB'],
    ['a cluster configuration that is deep', '--pod-security', 'deep.yaml', 'nesting exceeded maxDepth'],
    ['a cluster configuration that is a pod', '--pod-security', 'pod.yaml', 'PodSecurityConfiguration'],
  ])('%s is refused with its reason', async (_, option, file, reason) => {
    expect(await refusalOf(option, file)).toContain(reason);
  });
});
