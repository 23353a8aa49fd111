import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PODPROOF } from '../support/paths.ts';
import { gitHubAction, gitLabTemplate, preCommitHooks } from '../support/pipelines.ts';

const DENIED = `apiVersion: v1
kind: Pod
metadata:
  name: NAME
spec:
  hostNetwork: true
  containers:
    - name: c
      image: localhost/none
`;

let directory: string;
let repository: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-pipeline-'));
  repository = join(directory, 'repository');
  put('deploy/known.yaml', DENIED.replace('NAME', 'known'));
  put('.github/workflows/ci.yml', 'on: push\n');
  git('init', '-q', '-b', 'main');
  git('add', '--all');
  git('commit', '-q', '-m', 'x');
  git('switch', '-q', '-c', 'work');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function put(path: string, text: string): void {
  const file = join(repository, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  execFileSync('git', [...identity, ...args], { cwd: repository, stdio: 'ignore' });
}

interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Runs a program with the command on its path, as a runner does. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const PATH = `${dirname(PODPROOF)}:${process.env['PATH']}`;
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { cwd: repository, env: { PATH, HOME: directory, PODPROOF_ROOT: join(directory, 'root'), ...env } },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : 0;
        resolve({ code, output: stdout + stderr });
      },
    );
  });
}

function text(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

/** What GitHub's runner has beside a step. */
function runnerFiles(): Record<string, string> {
  return {
    RUNNER_TEMP: directory,
    GITHUB_STEP_SUMMARY: join(directory, 'summary'),
    GITHUB_OUTPUT: join(directory, 'output'),
    GITHUB_PATH: join(directory, 'path'),
  };
}

describe('the steps of the GitHub Action', () => {
  const [install, check] = gitHubAction().runs.steps;
  /** Runs a step in the shell that GitHub takes for `shell: bash`, inputs filled in. */
  function runStep(step: typeof check, inputs: Readonly<Record<string, string>>): Promise<Ran> {
    const script = join(directory, 'step.sh');
    writeFileSync(script, step?.run ?? '');
    const { inputs: known } = gitHubAction();
    const env: Record<string, string> = runnerFiles();
    for (const [name, value] of Object.entries(step?.env ?? {})) {
      env[name] = value
        .replaceAll(
          /\$\{\{ inputs\.([a-z-]+) \}\}/g,
          (_, input: string) => inputs[input] ?? known[input]?.default ?? '',
        )
        .replaceAll('${{ github.action_path }}', inputs['action_path'] ?? '');
    }
    const args = ['--noprofile', '--norc', '-eo', 'pipefail', script];
    return run('bash', args, env);
  }

  test('a pod that is denied fails the step, and all outputs are there', async () => {
    const { code, output } = await runStep(check, { junit: 'junit.xml' });
    expect(output).toContain('deploy/known.yaml');
    expect(code).toBe(1);
    expect(text('../summary')).toContain('hostNamespaces');
    expect(text('../output')).toBe('sarif=./podproof.sarif\nexit-code=1\n');
    expect(JSON.parse(text('podproof.sarif'))).toMatchObject({ version: '2.1.0' });
    expect(text('junit.xml')).toContain('<testsuites');
  });

  test('only what changed, at another level, fails only as asked, whatever the names', async () => {
    put('deploy/$(touch proof) x.yaml', DENIED.replace('NAME', 'new'));
    const inputs = {
      changed: 'main',
      level: 'baseline',
      version: 'v1.30',
      'fail-on': 'never',
      paths: 'deploy\n\n',
      exclude: '**/none/**',
    };
    const { code, output } = await runStep(check, inputs);
    expect(output).toContain('Pod default/new');
    expect(output).not.toContain('Pod default/known');
    expect(code).toBe(0);
    expect(existsSync(join(repository, 'proof'))).toBe(false);
  });

  test('a stranger can name neither options nor commands', async () => {
    const { code, output } = await runStep(check, {
      changed: '--output=/etc/x',
      paths: '--config=/x\n$(touch proof)',
    });
    expect(code).toBe(2);
    expect(output).toContain('it is no git reference');
    expect(existsSync(join(repository, 'proof'))).toBe(false);
    expect((await runStep(check, { paths: '--config=/x' })).output).toContain('--config=/x');
  });

  test('known findings do not fail, and the paths of podproof.yaml count', async () => {
    const written = await run('podproof', ['check', '--write-baseline', 'podproof-baseline.json', '.'], {});
    expect(written.code).toBe(0);
    expect((await runStep(check, { baseline: 'podproof-baseline.json' })).code).toBe(0);
    put(
      'podproof.yaml',
      'apiVersion: podproof.dev/v1\nkind: CheckConfig\nbaseline: podproof-baseline.json\npaths: [deploy]\n',
    );
    put('deploy/new.yaml', DENIED.replace('NAME', 'new'));
    put('elsewhere/other.yaml', DENIED.replace('NAME', 'other'));
    const { code, output } = await runStep(check, {});
    expect(code).toBe(1);
    expect(output).toContain('Pod default/new');
    expect(output).not.toContain('Pod default/other');
  });

  test('podproof is built when it is not, and found by the next step', async () => {
    const home = join(directory, 'action');
    const bin = join(directory, 'bin');
    mkdirSync(home);
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'npm'),
      '#!/bin/sh\necho "npm $* in $PWD"\nmkdir -p dist\ntouch dist/podproof.cjs\n',
    );
    chmodSync(join(bin, 'npm'), 0o755);
    const path = `PATH=${bin}:$PATH\n`;
    const step = install === undefined ? undefined : { ...install, run: path + install.run };
    const first = await runStep(step, { action_path: home });
    expect(first).toEqual({
      code: 0,
      output: `npm ci --no-audit --no-fund in ${home}\nnpm run build in ${home}\n`,
    });
    expect(await runStep(step, { action_path: home })).toEqual({ code: 0, output: '' });
    expect(text('../path')).toBe(`${home}/bin\n${home}/bin\n`);
  });
});

describe('the job of the GitLab component', () => {
  const { inputs, job } = gitLabTemplate();

  function runJob(given: Readonly<Record<string, string>>): Promise<Ran> {
    const variables: Record<string, string> = {};
    for (const [name, value] of Object.entries(job.variables)) {
      variables[name] = value
        .replaceAll(
          /\$\[\[ inputs\.([a-z-]+) \]\]/g,
          (_, input: string) => given[input] ?? inputs[input]?.default ?? '',
        )
        .replace('$CI_MERGE_REQUEST_DIFF_BASE_SHA', '');
    }
    return run('sh', ['-ec', job.script.join('\n')], variables);
  }

  test('fails with what is denied, and every artifact is there', async () => {
    put('deploy/with space & ü.yaml', DENIED.replace('NAME', 'new'));
    const { code, output } = await runJob({ changed: 'main', level: 'baseline' });
    expect(output).toContain('Pod default/new');
    expect(code).toBe(1);
    const { paths, reports } = job.artifacts;
    for (const path of [...paths, ...Object.values(reports)])
      expect(existsSync(join(repository, path)), path).toBe(true);
    expect(JSON.parse(text('podproof.codequality.json'))).toEqual([
      {
        check_name: 'hostNamespaces',
        description: expect.stringContaining('host namespaces (hostNetwork=true)'),
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        severity: 'major',
        location: { path: 'deploy/with space & ü.yaml', lines: { begin: 6 } },
      },
    ]);
  });

  test('several paths, and nothing to complain about', async () => {
    put('a b/one.yaml', 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: a }\n');
    const { code, output } = await runJob({ paths: 'a b\n*' });
    expect(output).toContain('*  no such file or directory');
    expect(code).toBe(2);
    expect((await runJob({ paths: 'a b' })).code).toBe(0);
  });
});

describe('the hooks for pre-commit', () => {
  const entries = new Map(preCommitHooks().map(({ id, entry }) => [id, entry.split(' ')]));

  test.each([
    ['podproof', false],
    ['podproof-all', true],
  ])('%s sees what is about to be committed; all that was before: %s', async (id, seesAll) => {
    put('deploy/new.yaml', DENIED.replace('NAME', 'new'));
    git('add', '--all');
    const [program = '', ...args] = entries.get(id) ?? [];
    const { code, output } = await run(program, args, {});
    expect(code).toBe(1);
    expect(output).toContain('Pod default/new');
    expect(output.includes('Pod default/known')).toBe(seesAll);
  });
});
