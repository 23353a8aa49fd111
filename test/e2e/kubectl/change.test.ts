import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERY_KIND, sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

describe.runIf(canRunKubectl())('kubectl apply, edit, patch and what else changes objects', () => {
  const kubectl = useKubectl('change');
  const dir = mkdtempSync(join(tmpdir(), 'pp-change-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  function file(name: string, object: unknown): string {
    const path = join(dir, name);
    writeFileSync(path, JSON.stringify(object));
    return path;
  }

  beforeAll(async () => {
    await kubectl.apply(sleepers('web', 1));
  });

  test('apply says created, configured and unchanged', async () => {
    expect(await kubectl.apply(config('a', { x: '1' }))).toBe('configmap/a created\n');
    expect(await kubectl.apply(config('a', { x: '1' }))).toBe('configmap/a unchanged\n');
    expect(await kubectl.apply(config('a', { y: '2' }))).toBe('configmap/a configured\n');
    expect(await kubectl.ok(['get', 'cm', 'a', '-o', 'jsonpath={.data}'])).toBe('{"y":"2"}');
  });

  test('apply of a whole Deployment twice changes nothing', async () => {
    const version = (): Promise<string> =>
      kubectl.ok(['get', 'deployment', 'web', '-o', 'jsonpath={.metadata.generation}']);
    const before = await version();
    expect(await kubectl.apply(sleepers('web', 1))).toBe('deployment.apps/web unchanged\n');
    expect(await version()).toBe(before);
  });

  test('apply and diff of every kind change nothing the second time', async () => {
    const input = EVERY_KIND.map((it) => JSON.stringify(it)).join('\n');
    await kubectl.ok(['apply', '-f', '-'], { input });
    await kubectl.ok(['rollout', 'status', 'deployment/all', '--timeout=30s']);
    const again = await kubectl.ok(['apply', '-f', '-'], { input });
    expect(again.trim().split('\n')).toEqual(
      Array(EVERY_KIND.length).fill(expect.stringMatching(/ unchanged$/)),
    );
    expect(await kubectl.run(['diff', '-f', '-'], { input })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    await kubectl.ok(['delete', '-f', '-', '--wait=false'], { input });
  });

  test('a List, a directory and several files', async () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [config('l1', {}), config('l2', {})] };
    expect(await kubectl.apply(list)).toBe('configmap/l1 created\nconfigmap/l2 created\n');
    file('one.json', config('d1', {}));
    file('two.json', config('d2', {}));
    expect(await kubectl.ok(['apply', '-f', dir])).toBe('configmap/d1 created\nconfigmap/d2 created\n');
  });

  test('directories below, and a kustomization', async () => {
    mkdirSync(join(dir, 'below/deeper'), { recursive: true });
    file('below/one.json', config('r1', {}));
    file('below/deeper/two.json', config('r2', {}));
    expect(await kubectl.ok(['apply', '-R', '-f', join(dir, 'below')])).toBe(
      'configmap/r2 created\nconfigmap/r1 created\n',
    );
    file('below/kustomization.yaml', { namePrefix: 'custom-', resources: ['one.json'] });
    expect(await kubectl.ok(['apply', '-k', join(dir, 'below')])).toBe('configmap/custom-r1 created\n');
    rmSync(join(dir, 'below'), { recursive: true });
  });

  test('--prune takes away what is not in the set any more', async () => {
    const prune = ['apply', '--prune', '--prune-allowlist=core/v1/ConfigMap', '-l', 'set=pruned', '-f', '-'];
    await kubectl.ok(prune, {
      input: [config('p1', {}, { set: 'pruned' }), config('p2', {}, { set: 'pruned' })]
        .map((it) => JSON.stringify(it))
        .join('\n'),
    });
    expect(await kubectl.ok(prune, { input: JSON.stringify(config('p2', {}, { set: 'pruned' })) })).toBe(
      'configmap/p2 unchanged\nconfigmap/p1 pruned\n',
    );
  });

  test('server-side apply is refused, with what can be done', async () => {
    const { exitCode, stderr } = await kubectl.run(['apply', '--server-side', '-f', '-'], {
      input: JSON.stringify(config('ssa', {})),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: Server-side apply not available on the server: .*accepted media types include/,
    );
  });

  test('a field that does not exist is refused, or warned about', async () => {
    const wrong = sleeper('wrong', { spec: { securityContext: { capabilities: { add: ['SYS_TIME'] } } } });
    const strict = await kubectl.run(['apply', '-f', file('wrong.json', wrong)]);
    rmSync(join(dir, 'wrong.json'));
    expect(strict.exitCode).toBe(1);
    expect(strict.stderr).toContain(
      'strict decoding error: unknown field "spec.securityContext.capabilities"',
    );
    const warned = await kubectl.run(['apply', '--validate=warn', '-f', '-'], {
      input: JSON.stringify(wrong),
    });
    expect(warned.stderr).toContain('Warning: unknown field "spec.securityContext.capabilities"');
    expect(warned.stdout).toBe('pod/wrong created\n');
    await kubectl.ok(['delete', 'pod', 'wrong', '--now']);
  });

  test('an invalid object is refused field by field', async () => {
    const { stderr } = await kubectl.run(['create', '-f', '-'], {
      input: JSON.stringify(sleeper('Bad_Name', { container: { imagePullPolicy: 'Sometimes' } })),
    });
    expect(stderr).toMatch(/^The Pod "Bad_Name" is invalid:/);
    expect(stderr).toContain('metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain');
    expect(stderr).toContain('spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes"');
  });

  test('--dry-run=server answers as if it were done', async () => {
    const { stdout } = await kubectl.run(['apply', '--dry-run=server', '-f', '-'], {
      input: JSON.stringify(config('dry', {})),
    });
    expect(stdout).toBe('configmap/dry created (server dry run)\n');
    expect((await kubectl.run(['get', 'cm', 'dry'])).exitCode).toBe(1);
  });

  test('label and annotate, set and removed', async () => {
    await kubectl.ok(['label', 'cm', 'a', 'tier=back']);
    expect(await kubectl.ok(['get', 'cm', '-l', 'tier=back', '-o', 'name'])).toBe('configmap/a\n');
    const twice = await kubectl.run(['label', 'cm', 'a', 'tier=front']);
    expect(twice.stderr).toContain("'tier' already has a value (back), and --overwrite is false");
    await kubectl.ok(['label', 'cm', 'a', 'tier-']);
    expect(await kubectl.ok(['get', 'cm', '-l', 'tier', '-o', 'name'])).toBe('');
    await kubectl.ok(['annotate', 'cm', 'a', 'note=this and that']);
    expect(await kubectl.ok(['get', 'cm', 'a', '-o', 'jsonpath={.metadata.annotations.note}'])).toBe(
      'this and that',
    );
  });

  test('the three types of patch', async () => {
    const env = (): Promise<string> =>
      kubectl.ok(['get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].env}']);
    const strategic = {
      spec: { template: { spec: { containers: [{ name: 'c', env: [{ name: 'A', value: '1' }] }] } } },
    };
    await kubectl.ok(['patch', 'deployment', 'web', '-p', JSON.stringify(strategic)]);
    const second = {
      spec: { template: { spec: { containers: [{ name: 'c', env: [{ name: 'B', value: '2' }] }] } } },
    };
    await kubectl.ok(['patch', 'deployment', 'web', '-p', JSON.stringify(second)]);
    expect(JSON.parse(await env())).toEqual([
      { name: 'B', value: '2' },
      { name: 'A', value: '1' },
    ]);
    await kubectl.ok(['patch', 'cm', 'a', '--type=merge', '-p', '{"data":{"y":null,"z":"3"}}']);
    expect(await kubectl.ok(['get', 'cm', 'a', '-o', 'jsonpath={.data}'])).toBe('{"z":"3"}');
    await kubectl.ok([
      'patch',
      'cm',
      'a',
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/data/z","value":"4"}]',
    ]);
    expect(await kubectl.ok(['get', 'cm', 'a', '-o', 'jsonpath={.data.z}'])).toBe('4');
    expect(await kubectl.ok(['patch', 'cm', 'a', '--type=merge', '-p', '{"data":{"z":"4"}}'])).toBe(
      'configmap/a patched (no change)\n',
    );
    const broken = await kubectl.run([
      'patch',
      'cm',
      'a',
      '--type=json',
      '-p',
      '[{"op":"remove","path":"/data/none"}]',
    ]);
    expect(broken.exitCode).toBe(1);
    expect(broken.stderr).toMatch(/The request is invalid: .*path that does not exist/);
  });

  test('edit opens an editor, and applies what it leaves', async () => {
    const edited = await kubectl.ok(['edit', 'cm', 'a'], { env: { EDITOR: 'sed -i \'s/"4"/"5"/\'' } });
    expect(edited).toBe('configmap/a edited\n');
    expect(await kubectl.ok(['get', 'cm', 'a', '-o', 'jsonpath={.data.z}'])).toBe('5');
  });

  test('edit without a change writes nothing', async () => {
    const { stdout, stderr } = await kubectl.run(['edit', 'deployment', 'web'], { env: { EDITOR: 'true' } });
    expect(stdout + stderr).toBe('Edit cancelled, no changes made.\n');
  });

  test('set image of a pod restarts its container with the other image', async () => {
    await kubectl.apply(sleeper('swapped'));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/swapped', '--timeout=30s']);
    expect(await kubectl.ok(['set', 'image', 'pod/swapped', 'c=localhost/busybox:1654'])).toBe(
      'pod/swapped image updated\n',
    );
    await expect
      .poll(async () => (await kubectl.run(['exec', 'swapped', '--', 'id', '-u'])).stdout, {
        timeout: 20_000,
      })
      .toBe('1654\n');
    await kubectl.ok(['delete', 'pod', 'swapped', '--now']);
  });

  test('replace takes the whole object, --force makes it anew', async () => {
    await kubectl.ok(['replace', '-f', '-'], { input: JSON.stringify(config('a', { only: 'this' })) });
    expect(await kubectl.ok(['get', 'cm', 'a', '-o', 'jsonpath={.data}'])).toBe('{"only":"this"}');
    await kubectl.apply(sleeper('pod'));
    const uid = (): Promise<string> => kubectl.ok(['get', 'pod', 'pod', '-o', 'jsonpath={.metadata.uid}']);
    const before = await uid();
    await kubectl.ok(['replace', '--force', '-f', '-'], { input: JSON.stringify(sleeper('pod')) });
    expect(await uid()).not.toBe(before);
    const immutable = await kubectl.run(['apply', '-f', '-'], {
      input: JSON.stringify(sleeper('pod', { spec: { hostNetwork: true } })),
    });
    expect(immutable.stderr).toContain('pod updates may not change fields other than');
  });

  test('diff shows what apply would change', async () => {
    const { exitCode, stdout } = await kubectl.run(['diff', '-f', '-'], {
      input: JSON.stringify(sleepers('web', 2)),
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^-\s+replicas: 1$/m);
    expect(stdout).toMatch(/^\+\s+replicas: 2$/m);
    const same = await kubectl.run(['diff', '-f', '-'], { input: JSON.stringify(config('l1', {})) });
    expect(same.exitCode).toBe(0);
  });

  test('a write on an old version is a conflict', async () => {
    const object: unknown = JSON.parse(await kubectl.ok(['get', 'cm', 'a', '-o', 'json']));
    await kubectl.ok(['label', 'cm', 'a', 'meanwhile=changed']);
    const { stderr } = await kubectl.run(['replace', '-f', '-'], { input: JSON.stringify(object) });
    expect(stderr).toContain(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });
});

function config(
  name: string,
  data: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
}
