import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { KUBECTLS } from '../../support/find-kubectls.ts';
import { sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { startOnTerminal } from '../../support/pty.ts';

/** The day of one user, with every kubectl that this machine has: each speaks in its own way. */
describe.runIf(canRunKubectl())('every kubectl', () => {
  const kubectl = useKubectl('versions');
  const dir = mkdtempSync(join(tmpdir(), 'pp-versions-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test.each([...KUBECTLS])('%s', async (version, program) => {
    const id = `v${version.replace('.', '-')}`;
    const run = (...args: readonly string[]): ReturnType<typeof kubectl.run> =>
      kubectl.run(args, { program });
    const ok = (...args: readonly string[]): Promise<string> => kubectl.ok(args, { program });
    const apply = (object: object): Promise<string> =>
      kubectl.ok(['apply', '-f', '-'], { program, input: JSON.stringify(object) });

    expect(await ok('version')).toMatch(new RegExp(`Client Version: .*v${version.replace('.', '\\.')}`));
    expect(await ok('api-resources', '-o', 'name')).toContain('proofs.podproof.dev\n');
    expect(await apply(sleeper(id))).toBe(`pod/${id} created\n`);
    expect(await apply({ apiVersion: 'v1', kind: 'List', items: [sleepers(id, 1)] })).toContain('created');
    await ok('create', 'configmap', id, '--from-literal=version=' + version);
    await ok('create', 'secret', 'generic', id, '--from-literal=a=b');
    await ok('wait', '--for=condition=Ready', `pod/${id}`, '--timeout=30s');
    await ok('rollout', 'status', `deployment/${id}`, '--timeout=30s');
    expect(await ok('get', 'pods', '-o', 'wide')).toContain('podproof');
    expect(await ok('get', 'all')).toContain(`deployment.apps/${id}`);
    expect(await ok('describe', 'pod', id)).toContain('Started');
    expect(await ok('get', 'cm', id, '-o', 'jsonpath={.data.version}')).toBe(version);
    expect(await ok('explain', 'pod.spec.hostUsers')).toContain('<boolean>');
    expect(await ok('auth', 'can-i', 'delete', 'nodes')).toBe('yes\n');
    expect(await ok('exec', id, '--', 'sh', '-c', 'echo $((6 * 7))')).toBe('42\n');
    expect((await run('exec', id, '--', 'sh', '-c', 'exit 9')).exitCode).toBe(9);

    const file = join(dir, id);
    writeFileSync(file, `made for ${version}\n`);
    await ok('cp', file, `${id}:/tmp/file`);
    await ok('cp', `${id}:/tmp/file`, `${file}.back`);
    expect(readFileSync(`${file}.back`, 'utf8')).toBe(`made for ${version}\n`);

    const terminal = startOnTerminal(program, ['-n', 'versions', 'exec', '-it', id, '--', 'sh'], kubectl.env);
    await terminal.shows('#');
    terminal.pty.write('exit 4\r');
    expect(await terminal.exit).toBe(4);

    await ok('scale', 'deployment', id, '--replicas=2');
    await ok('set', 'env', `deployment/${id}`, 'A=b');
    await ok('rollout', 'status', `deployment/${id}`, '--timeout=30s');
    await ok('rollout', 'undo', `deployment/${id}`);
    await ok('label', 'pod', id, 'seen=yes');
    await ok('patch', 'pod', id, '-p', '{"metadata":{"annotations":{"a":"b"}}}');
    expect(await ok('events', '--for', `pod/${id}`)).toContain('Started');
    await ok('delete', 'deployment,pod,configmap,secret', id, '--now');
  });
});
