import { describe, expect, test } from 'vitest';
import { KUBECTL } from '../../support/find-kubectls.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { startOnTerminal } from '../../support/pty.ts';

describe.runIf(canRunKubectl())('kubectl create, expose and run', () => {
  const kubectl = useKubectl('create');

  test('deployment, with no replicas as well', async () => {
    await kubectl.ok(['create', 'deployment', 'none', '--image=localhost/busybox:root', '--replicas=0']);
    expect(await kubectl.ok(['get', 'deployment', 'none'])).toMatch(/none\s+0\/0\s+0\s+0/);
  });

  test('configmap, secret, serviceaccount, namespace', async () => {
    await kubectl.ok(['create', 'configmap', 'cm', '--from-literal=a=1', '--from-literal=b=2']);
    expect(await kubectl.ok(['get', 'cm', 'cm', '-o', 'jsonpath={.data}'])).toBe('{"a":"1","b":"2"}');
    await kubectl.ok(['create', 'secret', 'generic', 's', '--from-literal=password=hunter2']);
    expect(await kubectl.ok(['get', 'secret', 's', '-o', 'jsonpath={.data.password}'])).toBe('aHVudGVyMg==');
    await kubectl.ok(['create', 'serviceaccount', 'robot']);
    expect(await kubectl.ok(['get', 'sa'])).toMatch(/default[\s\S]*robot/);
    await kubectl.ok(['create', 'namespace', 'create-another']);
    const twice = await kubectl.run(['create', 'namespace', 'create-another']);
    expect(twice.stderr).toBe(
      'Error from server (AlreadyExists): namespaces "create-another" already exists\n',
    );
    await kubectl.ok(['delete', 'namespace', 'create-another']);
  });

  test('token of a service account: the API knows who it is, and lets it do nothing', async () => {
    await kubectl.ok(['create', 'serviceaccount', 'caller']);
    const token = (await kubectl.ok(['create', 'token', 'caller'])).trim();
    expect(token.split('.')).toHaveLength(3);
    const whoami = await kubectl.run([
      'auth',
      'whoami',
      '--token',
      token,
      '--kubeconfig',
      '/dev/null',
      ...(await serverFlags()),
    ]);
    expect(whoami.stdout).toContain('system:serviceaccount:create:caller');
    const refused = await kubectl.run([
      'get',
      'secrets',
      '--token',
      token,
      '--kubeconfig',
      '/dev/null',
      ...(await serverFlags()),
    ]);
    expect(refused.stderr).toContain(
      'secrets is forbidden: User "system:serviceaccount:create:caller" cannot list resource "secrets" in API group "" in the namespace "create"',
    );
  });

  /** As somebody who has only the address. */
  async function serverFlags(): Promise<readonly string[]> {
    const server = await kubectl.ok([
      'config',
      'view',
      '--minify',
      '-o',
      'jsonpath={.clusters[0].cluster.server}',
    ]);
    return ['--server', server, '--insecure-skip-tls-verify'];
  }

  test('service and expose', async () => {
    await kubectl.ok(['create', 'service', 'clusterip', 'plain', '--tcp=80:8080']);
    expect(await kubectl.ok(['get', 'service', 'plain'])).toMatch(
      /plain\s+ClusterIP\s+10\.\d+\.\d+\.\d+\s+<none>\s+80\/TCP/,
    );
    await kubectl.ok([
      'create',
      'deployment',
      'web',
      '--image=localhost/busybox:root',
      '--',
      'httpd',
      '-f',
      '-p',
      '8080',
      '-h',
      '/etc',
    ]);
    await kubectl.ok(['expose', 'deployment', 'web', '--port=80', '--target-port=8080', '--type=NodePort']);
    await kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    const nodePort = await kubectl.ok(['get', 'service', 'web', '-o', 'jsonpath={.spec.ports[0].nodePort}']);
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${nodePort}/hostname`)).text(), { timeout: 10_000 })
      .toMatch(/^web-/);
  });

  test('job runs to its end', async () => {
    await kubectl.ok([
      'create',
      'job',
      'sum',
      '--image=localhost/busybox:root',
      '--',
      'sh',
      '-c',
      'echo $((40 + 2))',
    ]);
    await kubectl.ok(['wait', '--for=condition=Complete', 'job/sum', '--timeout=60s']);
    expect(await kubectl.ok(['logs', 'job/sum'])).toBe('42\n');
    expect(await kubectl.ok(['get', 'job', 'sum'])).toMatch(/sum\s+(?:Complete\s+)?1\/1/);
  });

  test('run --rm -it passes output and exit code through, and leaves nothing', async () => {
    const run = ['run', 'once', '--rm', '-i', '--restart=Never', '--image=localhost/busybox:root', '--'];
    const { stdout, exitCode } = await kubectl.run([...run, 'sh', '-c', 'cat; exit 3'], {
      input: 'from here\n',
    });
    expect(stdout).toContain('from here');
    expect(exitCode).toBe(3);
    const gone = await kubectl.run(['get', 'pod', 'once']);
    expect(gone.stderr).toContain('pods "once" not found');
  });

  test('run --rm -it is a terminal of its own', async () => {
    const run = [
      'run',
      'shell',
      '--rm',
      '-it',
      '--restart=Never',
      '--image=localhost/busybox:root',
      '--',
      'sh',
    ];
    const program = startOnTerminal(KUBECTL, ['-n', 'create', ...run], kubectl.env);
    await program.shows('#');
    program.pty.write('tty; exit\r');
    await program.shows('/dev/pts/0');
    expect(await program.exit).toBe(0);
    await program.shows('pod "shell" deleted');
  });

  test('expose of a pod and of a service', async () => {
    await kubectl.ok([
      'run',
      'exposed',
      '--image=localhost/busybox:root',
      '--labels=app=exposed',
      '--port=80',
    ]);
    expect(await kubectl.ok(['expose', 'pod', 'exposed'])).toBe('service/exposed exposed\n');
    expect(await kubectl.ok(['expose', 'service', 'exposed', '--port=81', '--name=again'])).toBe(
      'service/again exposed\n',
    );
    expect(
      await kubectl.ok(['get', 'service', 'again', '-o', 'jsonpath={.spec.selector}{.spec.ports[0].port}']),
    ).toBe('{"app":"exposed"}81');
  });

  test('--dry-run=client -o yaml sends nothing', async () => {
    const yaml = await kubectl.ok([
      'create',
      'deployment',
      'dry',
      '--image=x',
      '--dry-run=client',
      '-o',
      'yaml',
    ]);
    expect(yaml).toContain('kind: Deployment');
    expect((await kubectl.run(['get', 'deployment', 'dry'])).exitCode).toBe(1);
  });
});
