import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { KUBECTL } from '../../support/find-kubectls.ts';
import { sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

describe.runIf(canRunKubectl())('kubectl explain, auth, cordon and what tells of the cluster', () => {
  const kubectl = useKubectl('cluster');

  test('explain shows fields and types', async () => {
    const explained = await kubectl.ok(['explain', 'pod.spec.containers.securityContext']);
    expect(explained).toMatch(/KIND:\s+Pod\nVERSION:\s+v1/);
    for (const field of [
      'runAsNonRoot\t<boolean>',
      'runAsUser\t<integer>',
      'readOnlyRootFilesystem\t<boolean>',
    ])
      expect(explained).toContain(field);
    expect(await kubectl.ok(['explain', 'deployment', '--recursive'])).toMatch(
      /maxSurge\t<(?:IntOrString|string)>/,
    );
    const wrong = await kubectl.run(['explain', 'pod.spec.securityContext.capabilities']);
    expect(wrong.stderr).toContain('field "capabilities" does not exist');
  });

  test('auth can-i and whoami', async () => {
    expect(await kubectl.ok(['auth', 'can-i', 'create', 'pods'])).toBe('yes\n');
    expect(await kubectl.ok(['auth', 'whoami'])).toMatch(/Username\s+kubernetes-admin/);
    const other = await kubectl.run([
      'auth',
      'can-i',
      'create',
      'pods',
      '--as=system:serviceaccount:cluster:default',
    ]);
    expect(other).toMatchObject({ stdout: 'no\n', exitCode: 1 });
  });

  test('auth can-i --list, and of what there is not', async () => {
    expect(await kubectl.ok(['auth', 'can-i', '--list'])).toMatch(/^\*\.\* +\[\] +\[\] +\[\*\]$/m);
    expect(await kubectl.ok(['auth', 'can-i', 'get', 'pods', '--subresource=log'])).toBe('yes\n');
    const unknown = await kubectl.run(['auth', 'can-i', 'get', 'widgets']);
    expect(unknown.stderr).toContain("Warning: the server doesn't have a resource type 'widgets'");
  });

  test('what this node does not have is said to be not there', async () => {
    const said = async (...args: readonly string[]): Promise<string> => (await kubectl.run(args)).stderr;
    expect(await said('top', 'nodes')).toBe('error: Metrics API not available\n');
    await kubectl.ok(['create', 'deployment', 'none', '--image=x', '--replicas=0']);
    expect(await said('autoscale', 'deployment', 'none', '--max=2')).toContain(
      'the server could not find the requested resource',
    );
    expect(await said('get', 'statefulsets')).toBe(
      'error: the server doesn\'t have a resource type "statefulsets"\n',
    );
    expect(await said('scale', 'configmap/kube-root-ca.crt', '--replicas=2')).toBe(
      'Error from server (NotFound): the server could not find the requested resource\n',
    );
  });

  test('an old kind is said to be old', async () => {
    const { stdout, stderr } = await kubectl.run(['create', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'old' } }),
    });
    expect(stdout).toBe('endpoints/old created\n');
    expect(stderr).toBe(
      'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n',
    );
  });

  test('proxy hands requests on', async () => {
    const proxy = spawn(KUBECTL, ['proxy', '--port=0'], {
      env: kubectl.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line]: readonly unknown[] = await once(proxy.stdout, 'data');
      const address = /127\.0\.0\.1:\d+/.exec(String(line))?.[0] ?? '';
      const answer = await fetch(`http://${address}/api/v1/namespaces/cluster`);
      expect(await answer.json()).toMatchObject({ kind: 'Namespace', status: { phase: 'Active' } });
    } finally {
      proxy.kill();
    }
  });

  test('drain evicts pods and leaves the node cordoned', async () => {
    await kubectl.apply(sleeper('evicted', { labels: { app: 'evicted' } }));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/evicted', '--timeout=30s']);
    const drain = ['drain', 'podproof', '--pod-selector=app=evicted'];
    try {
      const held = await kubectl.run(drain);
      expect(held.stderr).toContain(
        'cannot delete Pods that declare no controller (use --force to override)',
      );
      expect(await kubectl.ok([...drain, '--force'])).toMatch(
        /evicting pod cluster\/evicted\npod\/evicted evicted\nnode\/podproof drained\n$/,
      );
      expect(await kubectl.ok(['get', 'node', 'podproof'])).toContain('Ready,SchedulingDisabled');
    } finally {
      await kubectl.ok(['uncordon', 'podproof']);
    }
  });

  test('api-resources, api-versions, version and cluster-info', async () => {
    const resources = await kubectl.ok(['api-resources']);
    for (const row of [
      /^pods\s+po\s+v1\s+true\s+Pod$/m,
      /^deployments\s+deploy\s+apps\/v1\s+true\s+Deployment$/m,
    ])
      expect(resources).toMatch(row);
    expect(resources).toMatch(/^proofs\s+.*podproof\.dev\/v1\s+true\s+Proof$/m);
    expect(await kubectl.ok(['api-versions'])).toContain('discovery.k8s.io/v1\n');
    expect(await kubectl.ok(['version'])).toContain('Server Version: v1.36');
    expect(await kubectl.ok(['cluster-info'])).toContain('is running at');
  });

  test('a cordoned node takes no further pods, uncordoned it takes them', async () => {
    await kubectl.ok(['cordon', 'podproof']);
    try {
      expect(await kubectl.ok(['get', 'nodes'])).toMatch(
        /podproof\s+Ready,SchedulingDisabled\s+control-plane/,
      );
      await kubectl.apply(sleeper('waiting'));
      await expect
        .poll(() => kubectl.ok(['events', '--for', 'pod/waiting']), { timeout: 10_000 })
        .toContain('0/1 nodes are available: 1 node(s) were unschedulable');
      expect(await kubectl.ok(['get', 'pod', 'waiting'])).toMatch(/waiting\s+0\/1\s+Pending/);
    } finally {
      await kubectl.ok(['uncordon', 'podproof']);
    }
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/waiting', '--timeout=30s']);
  });

  test('nobody without credentials is answered', async () => {
    const server = await kubectl.ok([
      'config',
      'view',
      '--minify',
      '-o',
      'jsonpath={.clusters[0].cluster.server}',
    ]);
    const anonymous = await kubectl.run([
      'get',
      'pods',
      '--kubeconfig=/dev/null',
      `--server=${server}`,
      '--insecure-skip-tls-verify',
      '--token=wrong',
    ]);
    expect(anonymous.stderr).toContain('error: You must be logged in to the server');
  });
});
