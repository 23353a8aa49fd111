import { beforeAll, describe, expect, test } from 'vitest';
import { sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

/** Kinds of which there are objects in every node, and what they print with -o wide. */
const COLUMNS: readonly (readonly [string, string])[] = [
  ['pods', 'NAMESPACE  NAME  READY  STATUS  RESTARTS  AGE  IP  NODE  NOMINATED NODE  READINESS GATES'],
  ['deployments', 'NAMESPACE  NAME  READY  UP-TO-DATE  AVAILABLE  AGE  CONTAINERS  IMAGES  SELECTOR'],
  ['replicasets', 'NAMESPACE  NAME  DESIRED  CURRENT  READY  AGE  CONTAINERS  IMAGES  SELECTOR'],
  ['services', 'NAMESPACE  NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE  SELECTOR'],
  ['endpointslices', 'NAMESPACE  NAME  ADDRESSTYPE  PORTS  ENDPOINTS  AGE'],
  ['configmaps', 'NAMESPACE  NAME  DATA  AGE'],
  ['serviceaccounts', 'NAMESPACE  NAME  SECRETS  AGE'],
  [
    'nodes',
    'NAME  STATUS  ROLES  AGE  VERSION  INTERNAL-IP  EXTERNAL-IP  OS-IMAGE  KERNEL-VERSION  CONTAINER-RUNTIME',
  ],
  ['namespaces', 'NAME  STATUS  AGE'],
  ['leases', 'NAMESPACE  NAME  HOLDER  AGE'],
  [
    'events',
    'NAMESPACE  LAST SEEN  TYPE  REASON  OBJECT  SUBOBJECT  SOURCE  MESSAGE  FIRST SEEN  COUNT  NAME',
  ],
];

describe.runIf(canRunKubectl())('kubectl get', () => {
  const kubectl = useKubectl('get');

  beforeAll(async () => {
    await kubectl.apply(sleeper('one', { labels: { app: 'a', tier: 'x' } }));
    await kubectl.apply(sleeper('two', { labels: { app: 'b' } }));
    await kubectl.apply(sleepers('web', 1));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s']);
  });

  test('a table has the columns and the words of a cluster', async () => {
    const [head, ...rows] = (await kubectl.ok(['get', 'pods'])).trimEnd().split('\n');
    expect(head?.split(/\s+/)).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    expect(rows.map((row) => row.replace(/\s+\d+s$/, '').replaceAll(/ +/g, ' '))).toEqual([
      'one 1/1 Running 0',
      'two 1/1 Running 0',
      expect.stringMatching(/^web-[a-z0-9]+-[a-z0-9]{5} 1\/1 Running 0$/),
    ]);
  });

  test('-o wide adds address and node', async () => {
    await kubectl.ok(['create', 'service', 'clusterip', 'web', '--tcp=80']);
    const anySlice = ['wait', '--for=jsonpath={.addressType}=IPv4', 'endpointslice', '--all', '--timeout=5s'];
    await expect.poll(async () => (await kubectl.run(anySlice)).exitCode).toBe(0);
    const wide = await kubectl.ok(['get', 'pod', 'one', '-o', 'wide']);
    expect(wide).toMatch(
      /NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+IP\s+NODE\s+NOMINATED NODE\s+READINESS GATES/,
    );
    expect(wide).toMatch(/one\s+1\/1\s+Running\s+0\s+\S+\s+10\.\d+\.\d+\.\d+\s+podproof\s+<none>\s+<none>/);
  });

  test('yaml, json, jsonpath, name and custom-columns show the object', async () => {
    expect(await kubectl.ok(['get', 'pod', 'one', '-o', 'yaml'])).toContain('  phase: Running\n');
    const object: unknown = JSON.parse(await kubectl.ok(['get', 'pod', 'one', '-o', 'json']));
    expect(object).toMatchObject({ kind: 'Pod', metadata: { name: 'one', namespace: 'get' } });
    expect(await kubectl.ok(['get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}'])).toMatch(
      /^one two web-/,
    );
    expect(await kubectl.ok(['get', 'pod/one', '-o', 'name'])).toBe('pod/one\n');
    const columns = 'custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image';
    expect(await kubectl.ok(['get', 'pod', 'one', '-o', columns])).toMatch(/one\s+localhost\/busybox:root/);
  });

  test('-l, --field-selector and --show-labels', async () => {
    expect(await kubectl.ok(['get', 'pods', '-l', 'app in (a,z),tier', '-o', 'name'])).toBe('pod/one\n');
    expect(await kubectl.ok(['get', 'pods', '-l', 'app!=a,!pod-template-hash', '-o', 'name'])).toBe(
      'pod/two\n',
    );
    expect(await kubectl.ok(['get', 'pods', '--field-selector', 'metadata.name=two', '-o', 'name'])).toBe(
      'pod/two\n',
    );
    expect(await kubectl.ok(['get', 'pods', '--show-labels', 'one'])).toContain('app=a,tier=x');
    const wrong = await kubectl.run(['get', 'pods', '-l', 'app in a']);
    expect(wrong.stderr).toContain('unable to parse requirement');
  });

  test('--sort-by and -A', async () => {
    const sorted = await kubectl.ok(['get', 'pods', '-l', 'app', '--sort-by=.metadata.name', '-o', 'name']);
    expect(sorted.split('\n')[0]).toBe('pod/one');
    expect(await kubectl.ok(['get', 'pods', '-A'])).toMatch(/^NAMESPACE\s+NAME[\s\S]*\nget\s+one\s/);
    expect(await kubectl.ok(['get', 'ns'])).toMatch(/kube-system\s+Active/);
  });

  test('all lists pods, deployments and replica sets', async () => {
    const all = await kubectl.ok(['get', 'all']);
    expect(all).toMatch(/pod\/one\s+1\/1/);
    expect(all).toMatch(/deployment\.apps\/web\s+1\/1\s+1\s+1/);
    expect(all).toMatch(/replicaset\.apps\/web-[a-z0-9]+\s+1\s+1\s+1/);
  });

  test('-w shows what changes from now on', async () => {
    const watching = kubectl.run(['get', 'pods', '--watch', '-l', 'app=watched'], { timeoutMs: 4000 });
    await kubectl.apply(sleeper('watched', { labels: { app: 'watched' } }));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/watched', '--timeout=30s']);
    await kubectl.ok(['delete', 'pod', 'watched', '--now']);
    const { stdout } = await watching;
    expect(stdout).toMatch(/watched\s+0\/1\s+Pending/);
    expect(stdout).toMatch(/watched\s+1\/1\s+Running/);
    expect(stdout).toMatch(/watched\s+\d\/1\s+Terminating/);
  });

  test('-w on one object shows it, and then each change of it', async () => {
    await kubectl.ok(['create', 'configmap', 'single']);
    const watching = kubectl.run(['get', 'configmap', 'single', '--watch', '--output-watch-events'], {
      timeoutMs: 2000,
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    await kubectl.ok(['patch', 'configmap', 'single', '-p', '{"data":{"a":"1"}}']);
    await kubectl.ok(['delete', 'configmap', 'single']);
    const { stdout } = await watching;
    expect(stdout.replaceAll(/ +/g, ' ').split('\n').slice(1, 4)).toEqual([
      expect.stringMatching(/^ADDED single 0 /),
      expect.stringMatching(/^MODIFIED single 1 /),
      expect.stringMatching(/^DELETED single 1 /),
    ]);
  });

  test('every kind has the columns that it has on a cluster', async () => {
    const wide = await kubectl.ok([
      'get',
      COLUMNS.map(([resource]) => resource).join(','),
      '-A',
      '-o',
      'wide',
    ]);
    for (const [, columns] of COLUMNS) expect(wide.replaceAll(/ {2,}/g, '  ')).toContain(columns);
  });

  test('--raw and --subresource', async () => {
    expect(await kubectl.ok(['get', '--raw', '/readyz'])).toBe('ok');
    expect(await kubectl.ok(['get', '--raw', '/api/v1/namespaces/get/pods/one'])).toContain('"kind":"Pod"');
    expect(await kubectl.ok(['get', 'deployment', 'web', '--subresource=scale'])).toMatch(
      /^NAME +DESIRED +AVAILABLE +AGE\nweb +1 +1 /,
    );
  });

  test('a field by which nothing can be selected is refused', async () => {
    const { stderr } = await kubectl.run(['get', 'pods', '--field-selector', 'spec.nodName=podproof']);
    expect(stderr).toBe(
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.nodName=podproof": field label not supported: spec.nodName\n',
    );
  });

  test('what is not there is said as on a cluster', async () => {
    const none = await kubectl.run(['get', 'pod', 'nobody']);
    expect(none).toMatchObject({
      exitCode: 1,
      stderr: 'Error from server (NotFound): pods "nobody" not found\n',
    });
    const kind = await kubectl.run(['get', 'widgets']);
    expect(kind.stderr).toBe('error: the server doesn\'t have a resource type "widgets"\n');
    const empty = await kubectl.run(['get', 'jobs']);
    expect(empty).toMatchObject({ exitCode: 0, stderr: 'No resources found in get namespace.\n' });
  });
});
