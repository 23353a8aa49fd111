import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { podproof } from '../support/podproof.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'pp-e2e-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A manifest's path. */
function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

const ROOT_POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 0}
  containers:
    - {name: web, image: example.test/nowhere}
`;

const GOOD_POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: web
      image: example.test/nowhere
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

describe('the command line', () => {
  test('shows help when asked, and on stderr with exit code 2 when nothing was asked', async () => {
    const asked = await podproof(['--help']);
    expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(asked.stdout).toContain('usage: podproof COMMAND');
    const nothing = await podproof([]);
    expect(nothing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(nothing.stderr).toBe(asked.stdout);
  });

  test('every command has help', async () => {
    for (const name of ['check', 'image', 'prove', 'run', 'doctor', 'version']) {
      const { exitCode, stdout } = await podproof([name, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`usage: podproof ${name}`);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    }
  });

  test.each([
    [['chekc'], 'podproof: podproof has no command "chekc"\n  did you mean  podproof check\n'],
    [
      ['check', '--levle', 'x'],
      'podproof: podproof check has no option "--levle"\n  did you mean  --level\n',
    ],
    [['--rot', 'x', 'check'], 'podproof: podproof has no option "--rot"\n  did you mean  --root\n'],
    [
      ['check', '--level', 'strict'],
      'podproof: option "--level" cannot be "strict": it is one of privileged, baseline, restricted\n',
    ],
    [['prove'], 'podproof: podproof prove needs a manifest\n  podproof prove -f FILE\n'],
    [['run'], 'podproof: podproof run needs an image, or -f FILE\n  podproof run IMAGE [-- CMD]\n'],
    [['image', 'load'], 'podproof: podproof image load needs one source'],
    [['prove', '--pid', 'one'], 'podproof: option "--pid" cannot be "one": it is the number of a process\n'],
    [['prove', '-f', '-', '--settle', 'soon'], 'podproof: option "--settle" cannot be "soon"'],
    [['prove', '-f', '-', '--expect', '='], 'podproof: option "--expect" cannot be "="'],
  ])('%j is bad usage: exit code 2, the nearest name', async (args, message) => {
    const { exitCode, stdout, stderr } = await podproof(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  test('version is told as text and as JSON', async () => {
    expect((await podproof(['version'])).stdout).toMatch(/^podproof +\d+\.\d+\.\d+\n/);
    const { stdout } = await podproof(['version', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'VersionReport', kubernetes: '1.36' });
  });
});

describe('check', () => {
  test('exit code 1 for a denied pod, 3 for one that would not start, 0 when all is well', async () => {
    const denied = await podproof(['check', file('denied.yaml', ROOT_POD)]);
    expect(denied.exitCode).toBe(1);
    expect(denied.stdout).toContain('would not start');
    expect(denied.stdout).toContain('denied, ');
    const wouldNotStart = await podproof(['check', '--level', 'privileged', file('refused.yaml', ROOT_POD)]);
    expect(wouldNotStart.exitCode).toBe(3);
    const good = await podproof(['check', file('good.yaml', GOOD_POD)]);
    expect(good).toMatchObject({ exitCode: 0, stderr: '' });
    expect(good.stdout).toContain('1 workload: all admitted, all would start');
  });

  test('reads standard input, and prints JSON of the contract', async () => {
    const { exitCode, stdout } = await podproof(['check', '-', '-o', 'json'], GOOD_POD);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      apiVersion: 'podproof.dev/v1',
      kind: 'CheckReport',
      workloads: [
        { name: 'web', containers: [{ confinement: { user: { value: { uid: 1000 }, line: 5 } } }] },
      ],
    });
  });

  test('no line of its text is wider than 100 columns', async () => {
    const { stdout } = await podproof(['check', file('wide.yaml', ROOT_POD)]);
    const wide = stdout.split('\n').filter((line) => line.length > 100 && !line.includes(dir));
    expect(wide).toEqual([]);
  });

  test('all problems of a file are told at once, with their lines', async () => {
    const path = file(
      'broken.yaml',
      GOOD_POD.replace('runAsUser: 1000', 'runAsUsr: 1000, capabilities: {}').replace('drop:', 'dorp:'),
    );
    const { exitCode, stderr, stdout } = await podproof(['check', path]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`${path}:5:`);
    expect(stderr).toContain(`${path}:9:`);
    expect(stderr).toMatch(/\n3 errors, nothing was run\n$/);
  });

  test('what the API server would refuse is part of the report: both verdicts, exit code 2', async () => {
    const invalid = GOOD_POD.replace('{name: web}', '{name: web, labels: {"a b": x}}');
    const { exitCode, stdout, stderr } = await podproof(['check', file('invalid.yaml', invalid)]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(stdout).toMatch(/^ {2}invalid {2}metadata\.labels: Invalid value: "a b": name part/m);
    expect(stdout).toContain('runs as');
    expect(stdout).toContain('restricted v1.36   allowed');
    expect(stdout).toContain('1 workload: 1 invalid\n');
  });

  test('a name with an underscore is only warned about', async () => {
    const { exitCode, stdout } = await podproof(
      ['check', '-'],
      GOOD_POD.replace('{name: web}', '{name: my_web}'),
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('metadata.name: Invalid value: "my_web"');
  });

  test('a file that does not exist is bad input', async () => {
    const { exitCode, stderr } = await podproof(['check', join(dir, 'nowhere.yaml')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no such file or directory');
  });
});
