import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { podproof } from '../support/podproof.ts';

// What check is told on its command line: whom to judge by what, what to print, and what it says to wrong words.

let directory: string;

function pod(name: string, namespace: string, spec: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec:\n  ${spec}\n  containers: [{name: c, image: example.test/a}]\n`;
}

const GOOD = `apiVersion: v1
kind: Pod
metadata: {name: good}
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: c
      image: example.test/a
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

const FILES: Readonly<Record<string, string>> = {
  'good.yaml': GOOD,
  'root.yaml': pod('root', 'default', 'securityContext: {runAsNonRoot: true, runAsUser: 0}'),
  'invalid.yaml': GOOD.replace('spec:\n', 'spec:\n  restartPolicy: Sometimes\n'),
  'node/default.yaml': pod('a', 'default', 'hostNetwork: true'),
  'node/system.yaml': pod('b', 'kube-system', 'hostNetwork: true'),
  'node/sandboxed.yaml': pod('c', 'default', '{hostNetwork: true, runtimeClassName: gvisor}').replace(
    '  {hostNetwork: true, runtimeClassName: gvisor}\n',
    '  hostNetwork: true\n  runtimeClassName: gvisor\n',
  ),
  'node/team.yaml': pod('d', 'team', 'hostNetwork: true'),
  'node/namespace.yaml':
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {pod-security.kubernetes.io/enforce: privileged, pod-security.kubernetes.io/warn: baseline}}\n',
  'cluster.yaml': `apiVersion: pod-security.admission.config.k8s.io/v1
kind: PodSecurityConfiguration
defaults: {enforce: baseline}
exemptions: {usernames: [builder], runtimeClasses: [gvisor], namespaces: [kube-system]}
`,
  'many/list.yaml': Array.from({ length: 3 }, (_, index) =>
    pod(`p${index}`, 'default', 'hostPID: true'),
  ).join('---\n'),
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pp-settings-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What is on the screen, then the exit code. */
async function check(args: readonly string[], input = ''): Promise<string> {
  const root = { PODPROOF_ROOT: join(directory, 'root') };
  const { exitCode, stdout, stderr } = await podproof(['check', ...args], input, root, directory);
  return `${stdout}${stderr}exit ${exitCode}`;
}

function text(name: string): string {
  return readFileSync(join(directory, name), 'utf8');
}

/** Each a test of its own, all at the same time: most of what a command costs is its start. */
const together = { concurrent: true, timeout: 30_000 };

describe('the exit code', together, () => {
  test.each([
    ['all would run', 0, ['good.yaml']],
    ['a pod is denied', 1, ['node/default.yaml']],
    ['the API server would refuse it', 2, ['invalid.yaml']],
    ['admitted, but would not start', 3, ['root.yaml', '--level', 'baseline']],
    ['the worst of several counts', 2, ['good.yaml', 'node/default.yaml', 'gone.yaml']],
    ['only what is denied is to fail', 0, ['root.yaml', '--level', 'baseline', '--fail-on', 'denied']],
    ['nothing is to fail', 0, ['node', '--fail-on', 'never']],
  ])('%s: %i', async (_, code, args) => {
    expect(await check(args)).toMatch(new RegExp(`exit ${code}$`));
  });
});

describe('what is shown', together, () => {
  test('of files that are named everything, of directories what is wrong', async () => {
    const [named, found, everything] = await Promise.all([
      check(['many/list.yaml']),
      check(['many']),
      check(['many', '--details']),
    ]);
    expect(named).toContain('    processes          the host');
    expect(found).not.toContain('processes');
    expect(found).toContain('many/list.yaml:8  Pod default/p1\n  denied  hostNamespaces: hostPID=true');
    expect(everything).toBe(named);
  });

  test('standard input is a file that is named', async () => {
    expect(await check(['-'], FILES['good.yaml'])).toMatch(/^-:1 {2}Pod default\/good\n\n {2}c {3}example/);
    expect(await check([], '')).toMatch(
      /^podproof: cannot read manifest "standard input"\n {2}standard input {2}no Kubernetes object: the file is empty\n[^]*exit 2$/,
    );
  });

  test('goes to several places at once', async () => {
    const files = ['json=a.json', 'sarif=a.sarif', 'junit=a.xml', 'markdown=a.md', 'github=a.txt'];
    const screen = await check(['node', 'good.yaml', '-o', 'text', ...files.flatMap((file) => ['-o', file])]);
    expect(screen).toMatch(/5 workloads: 3 denied, 1 warning\nexit 1$/);
    expect(JSON.parse(text('a.json'))).toMatchObject({ summary: { workloads: 5, denied: 3, warnings: 1 } });
    expect(JSON.parse(text('a.sarif'))).toMatchObject({ version: '2.1.0' });
    expect(text('a.xml')).toContain('<testsuite name="node/default.yaml" tests="1" failures="1"');
    expect(text('a.md')).toContain('`node/default.yaml:5:3`');
    expect(text('a.txt')).toMatch(/^::error file=node\/default\.yaml,line=5,col=3,/);
  });
});

describe('what is asked of the policy', together, () => {
  test('every level and version at a glance', async () => {
    expect(await check(['good.yaml', 'node/default.yaml', '--matrix'])).toMatchInlineSnapshot(`
      "workload          allowed by baseline  allowed by restricted
      Pod default/good  every version        every version
      Pod default/a     no version           no version

      2 workloads: 1 restricted, 0 baseline, 1 privileged at latest (v1.37)

      Pod default/a: denied by
        baseline    every version  hostNamespaces
        restricted  v1.0-v1.7      hostNamespaces, runAsNonRoot
                    v1.8-v1.18     hostNamespaces, allowPrivilegeEscalation, runAsNonRoot
                    v1.19-v1.21    hostNamespaces, allowPrivilegeEscalation, runAsNonRoot,
                                   seccompProfile_restricted
                    v1.22-latest   hostNamespaces, allowPrivilegeEscalation, capabilities_restricted,
                                   runAsNonRoot, seccompProfile_restricted
      exit 0"
    `);
  });

  test('what an upgrade changes, there and back', async () => {
    const [there, back] = await Promise.all([
      check(['many', '--diff-versions', 'v1.34..latest']),
      check(['root.yaml', '--diff-versions', 'latest..v1.20']),
    ]);
    expect(there).toMatch(
      /^from v1\.34 to latest \(v1\.37\)\n {2}v1\.35 {2}procMount[^]*nothing changes for 3 workloads\nexit 0$/,
    );
    expect(back).toMatch(
      /^from latest \(v1\.37\) back to v1\.20: what came with these versions is taken back\n/,
    );
    expect(back).toContain(
      'root.yaml:1  Pod default/root: restricted, stays denied\n  v1.22  lifted  runAsUser',
    );
  });

  test('the namespace of another file decides', async () => {
    const screen = await check(['node']);
    expect(screen).toContain(
      'node/team.yaml:1  Pod team/d\n  warning  pod-security-warning: would violate PodSecurity "baseline:',
    );
    expect(screen).toMatch(/4 workloads: 3 denied, 1 warning\nexit 1$/);
  });

  test("the cluster's own configuration exempts namespaces, runtime classes and users", async () => {
    const [anybody, builder, named] = await Promise.all([
      check(['node', '--pod-security', 'cluster.yaml']),
      check(['node', '--pod-security', 'cluster.yaml', '--as', 'builder']),
      check(['node/sandboxed.yaml', '--pod-security', 'cluster.yaml']),
    ]);
    expect(anybody.match(/^node\/\S+/gm)).toEqual(['node/default.yaml:1', 'node/team.yaml:1']);
    expect(builder).toMatch(/4 workloads: all admitted, all would start\nexit 0$/);
    expect(named).toContain('baseline latest   not judged: the runtime class is exempt');
  });
});

describe('a wrong word', together, () => {
  test.each([
    [['--lvel', 'baseline'], 'podproof check has no option "--lvel"', 'did you mean  --level'],
    [
      ['-f', 'good.yaml'],
      'podproof check has no option "-f"',
      'files are named as they are:  podproof check FILE',
    ],
    [
      ['--version', '1.36'],
      'option "--version" cannot be "1.36": it is a version like v1.36, or latest',
      'did you mean  --version v1.36',
    ],
    [
      ['--images', 'pul'],
      'option "--images" cannot be "pul": it is one of never, cached, pull',
      'did you mean  --images pull',
    ],
    [
      ['--build-arg', 'A'],
      'option "--build-arg" cannot be "A": it is NAME=VALUE',
      'give it its value:  --build-arg A=VALUE',
    ],
    [['-o', 'sarf=a'], 'option "-o" cannot be "sarf=a": it is one of', 'did you mean  -o sarif=a'],
    [
      ['-o', 'text', '-o', 'json'],
      'two outputs cannot both go to standard output',
      'name a file for all but one',
    ],
    [['-o', 'json=gone/a.json'], 'cannot write "gone/a.json": no such file or directory', ''],
    [
      ['--diff-versions', 'v1.34'],
      'option "--diff-versions" cannot be "v1.34": it is two versions, like v1.34..latest',
      '',
    ],
    [['--matrix', '-o', 'sarif'], '--matrix and --diff-versions have no output "sarif": text or json', ''],
    [
      ['--pod-security', 'good.yaml'],
      'cannot read "good.yaml": no valid PodSecurityConfiguration',
      'write apiVersion: pod-security.admission.config.k8s.io/v1',
    ],
    [['--config', 'gone.yaml'], 'cannot read configuration "gone.yaml": no such file or directory', ''],
    [
      ['--baseline', 'gone.json'],
      'cannot read baseline "gone.json": no such file or directory',
      'podproof check --write-baseline gone.json',
    ],
    [['--changed', 'main'], 'it is not in a git repository', ''],
  ])('%j says so, and what to write', async (args, message, advice) => {
    const screen = await check(['good.yaml', ...args]);
    expect(screen).toContain(`podproof: ${message}`.replace('podproof: it is', 'it is'));
    expect(screen).toContain(advice);
    expect(screen).toMatch(/exit 2$/);
  });
});
