import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/core/contract/check-report.ts';
import { buildTestImage, writeLayout } from '../support/oci-layout.ts';
import { type Outcome, podproof } from '../support/podproof.ts';
import { registryProgram, startRegistry, testPassword, testUser } from '../support/registry.ts';

const isRoot = process.geteuid?.() === 0;
const cannotRun = process.env['CI'] !== 'true' && !isRoot;

/** Its root file system is one file: who it runs as is all that matters here. */
const web = {
  layers: [[{ path: 'etc/passwd', content: 'app:x:1654:1654::/:/bin/sh\n' }]],
  config: { User: 'app', Env: ['A=b'] },
};

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pp-images-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** On a root, and with a home, of the test's own. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return podproof(args, '', { PODPROOF_ROOT: root, HOME: root, DOCKER_CONFIG: root, ...env });
}

function registries(text: string): void {
  mkdirSync(join(root, 'lib'), { recursive: true });
  writeFileSync(join(root, 'lib', 'registries.yaml'), text);
}

describe.skipIf(cannotRun)('the store', () => {
  test('load, list, show and remove', async () => {
    const built = writeLayout(
      join(root, 'layout'),
      { ...web, refName: 'web:1' },
      { layers: [[]], refName: 'b:2' },
    );
    const loaded = await run(['image', 'load', `oci:${root}/layout`]);
    expect(loaded).toMatchObject({ exitCode: 0, stderr: '' });
    expect(loaded.stdout).toMatch(/^docker\.io\/library\/web:1 {2}sha256:\w{64}\n.*b:2 {2}sha256:\w{64}\n$/);
    const list = await run(['image', 'list']);
    expect(list.stdout).toMatch(
      new RegExp(`^docker.io/library/web:1 +\\d+ B +${built.manifestDigest.slice(0, 19)}$`, 'm'),
    );
    const user = await run(['image', 'web:1', '-f', '{{.Config.User}}']);
    expect(user).toEqual({ exitCode: 0, stdout: 'app\n', stderr: '' });
    const shown = await run(['image', 'web:1']);
    expect(shown.stdout).toMatch(/^runs as +1654:1654 app +image USER app, \/etc\/passwd$/m);
    expect(shown.stdout).toMatch(/write +runAsUser: 1654/);
    const removed = await run(['image', 'remove', 'web:1', 'b:2']);
    expect(removed.stdout).toBe('removed docker.io/library/web:1\nremoved docker.io/library/b:2\n');
    expect((await run(['image', 'list', '-o', 'json'])).stdout).toContain('"images": []');
  });

  test('a name is for one image', async () => {
    writeLayout(join(root, 'layout'), { ...web, refName: 'web:1' }, { layers: [[]], refName: 'b:2' });
    const several = await run(['image', 'load', `oci:${root}/layout`, '--name', 'c']);
    expect(several).toMatchObject({ exitCode: 2, stdout: '' });
    expect(several.stderr).toContain('has 2 images: web:1, b:2\n  name one of them');
    const one = await run(['image', 'load', `oci:${root}/layout:b:2`, '--name', 'c']);
    expect(one.stdout).toMatch(/^docker\.io\/library\/c:latest {2}sha256:/);
  });

  test('a path without what lies there is told how to be written', async () => {
    const { exitCode, stderr } = await run(['image', 'load', root]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`oci:${root}, oci-archive:${root}`);
  });

  test('what is not there is bad input, with what to do', async () => {
    const { exitCode, stderr } = await run(['image', 'remove', 'nowhere']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('cannot remove image "nowhere": it is not in the store');
  });
});

describe.skipIf(cannotRun || !existsSync(registryProgram))('registries', () => {
  test('pull, and check --images pull reads the config only, with credentials from a helper', async () => {
    const registry = await startRegistry('basic');
    try {
      await registry.push('team/web', '1', buildTestImage(web));
      const reference = `${registry.host}/team/web:1`;
      const denied = await run(['image', 'pull', reference]);
      expect(denied.exitCode).toBe(2);
      expect(denied.stderr).toContain(registry.host);
      const helper = join(root, 'docker-credential-test');
      const answer = JSON.stringify({ Username: testUser, Secret: testPassword });
      writeFileSync(helper, `#!/bin/sh\ncat >>${root}/asked\necho '${answer}'\n`);
      chmodSync(helper, 0o755);
      writeFileSync(join(root, 'config.json'), JSON.stringify({ credHelpers: { [registry.host]: 'test' } }));
      const env = { PATH: `${root}:${process.env['PATH'] ?? ''}` };
      const manifest = join(root, 'pod.json');
      writeFileSync(manifest, podOf(reference));
      const checked = await run(['check', '--images', 'pull', '-o', 'json', manifest], env);
      const report: CheckReport = JSON.parse(checked.stdout);
      expect(report.workloads[0]?.containers[0]).toMatchObject({
        imageKnown: 'config',
        start: { ok: false, message: expect.stringContaining('non-numeric user (app)') },
      });
      expect((await run(['image', 'list'], env)).stdout).toContain('no images');
      const pulled = await run(['image', 'pull', reference], env);
      expect(pulled).toMatchObject({ exitCode: 0, stderr: '' });
      expect(pulled.stdout).toMatch(/^127\.0\.0\.1:\d+\/team\/web:1 {2}sha256:/);
      expect(readFileSync(join(root, 'asked'), 'utf8')).toContain(`${registry.host}\n`);
    } finally {
      await registry.close();
    }
  });

  test('a helper that fails ends the pull with what it said', async () => {
    const registry = await startRegistry('basic');
    try {
      const helper = join(root, 'docker-credential-broken');
      writeFileSync(helper, '#!/bin/sh\necho "the key ring is locked"\nexit 1\n');
      chmodSync(helper, 0o755);
      writeFileSync(join(root, 'config.json'), JSON.stringify({ credsStore: 'broken' }));
      const env = { PATH: `${root}:${process.env['PATH'] ?? ''}` };
      const { exitCode, stderr } = await run(['image', 'pull', `${registry.host}/web`], env);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('docker-credential-broken');
      expect(stderr).toContain('the key ring is locked');
    } finally {
      await registry.close();
    }
  });

  test('a mirror of registries.yaml is asked instead of the registry', async () => {
    const registry = await startRegistry();
    try {
      await registry.push('library/web', '1', buildTestImage(web));
      registries(`mirrors:\n  docker.io: ["${registry.host}"]\n`);
      const pulled = await run(['image', 'pull', 'web:1']);
      expect(pulled).toMatchObject({ exitCode: 0, stderr: '' });
      expect(pulled.stdout).toMatch(/^docker\.io\/library\/web:1 {2}sha256:/);
      const user = await run(['image', 'web:1', '-f', '{{.Config.User}}']);
      expect(user.stdout).toBe('app\n');
    } finally {
      await registry.close();
    }
  });

  test('a limit of registries.yaml, here named by PODPROOF_REGISTRIES, stops an image that is larger', async () => {
    const registry = await startRegistry();
    try {
      const file = join(root, 'mine.yaml');
      writeFileSync(file, 'limits: {unpackedSize: 64Ki}\n');
      const large = { layers: [[{ path: 'large', content: 'x'.repeat(100_000) }]] };
      await registry.push('large', '1', buildTestImage(large));
      const env = { PODPROOF_REGISTRIES: file };
      const { exitCode, stderr } = await run(['image', 'pull', `${registry.host}/large:1`], env);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('it unpacks to more than 65536 bytes');
    } finally {
      await registry.close();
    }
  });
});

test('mistakes in registries.yaml are told with their lines, whatever wanted images', async () => {
  registries('mirror: {}\nmirrors: {docker.io: ["https://mirror.test/x"]}\nlimits: {ratio: 0}\n');
  const path = join(root, 'lib', 'registries.yaml');
  for (const args of [
    ['check', join(root, 'pod.json')],
    ['image', 'web'],
  ]) {
    writeFileSync(join(root, 'pod.json'), podOf('web'));
    const { exitCode, stderr } = await run(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`cannot read registries "${path}"`);
    expect(stderr).toContain(`${path}:1:1  unknown field "mirror"`);
    expect(stderr).toContain(`${path}:2:`);
    expect(stderr).toContain('"https://mirror.test/x" is no registry: write HOST or HOST:PORT');
    expect(stderr).toContain('limits.ratio must be greater than 0');
  }
});

test('a registries file that was named must be there', async () => {
  const { exitCode, stderr } = await run(['image', 'list'], { PODPROOF_REGISTRIES: join(root, 'none.yaml') });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('none.yaml');
});

function podOf(image: string): string {
  const spec = { securityContext: { runAsNonRoot: true }, containers: [{ name: 'c', image }] };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec });
}
