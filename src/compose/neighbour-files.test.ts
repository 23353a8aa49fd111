import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { neighbourFiles } from './neighbour-files.ts';
import { readCompose } from './read-compose.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'podproof-compose-'));
  for (const directory of ['shop', 'common', 'outside'])
    mkdirSync(join(root, 'tree', directory), { recursive: true });
  mkdirSync(join(root, 'outside'));
  const files = {
    'outside/secret.yml': 'services: {a: {image: a}}\n',
    'tree/common/base.yml':
      'services:\n  base: {image: base, cap_drop: [ALL], extends: {file: ../shop/deep.yml, service: deep}}\n',
    'tree/shop/deep.yml': 'services:\n  deep: {user: "1000:1000"}\n',
    'tree/shop/.env': 'TAG=7\n',
    'tree/shop/compose.yaml':
      'services:\n  web: {image: nginx, privileged: true, volumes: ["./a:/a"]}\n  db: {image: db}\n',
    'tree/shop/large.yml': `# ${'x'.repeat(1024 * 1024)}\n`,
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  symlinkSync('../../outside/secret.yml', join(root, 'tree/shop/link.yml'));
  symlinkSync('../../../tmp', join(root, 'tree/shop/loop'));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('files beside a Compose file', () => {
  test('are read anywhere in the tree, also from one to the next', () => {
    const file = join(root, 'tree/shop/other.yaml');
    const text =
      'services:\n  web: {image: "nginx:${TAG}", extends: {file: ../common/base.yml, service: base}}\n';
    const { workloads, problems } = readCompose(file, text, { root: join(root, 'tree') });
    expect(problems).toEqual([]);
    expect(workloads[0]?.rawPod.spec.containers[0]).toMatchObject({
      image: 'nginx:7',
      securityContext: { runAsUser: 1000, capabilities: { drop: ['ALL'] } },
    });
  });

  test.each([
    ['../../outside/secret.yml', 'it is outside of'],
    ['/etc/passwd', 'its path must be relative'],
    ['link.yml', 'it leads out of'],
    ['..', 'it is not a regular file'],
    ['a\0b', 'its path must be relative'],
    ['missing.yml', 'no such file'],
    ['large.yml', 'larger than'],
  ])('%j is not', (path, problem) => {
    const files = neighbourFiles(join(root, 'tree/shop/compose.yaml'), join(root, 'tree'));
    expect(files.read(path)).toMatchObject({ problem: expect.stringContaining(problem) });
  });

  test('outside of the working directory the own directory is the tree', () => {
    const files = neighbourFiles(join(root, 'tree/shop/compose.yaml'));
    expect(files.read('deep.yml')).toMatchObject({ path: 'deep.yml' });
    expect(files.read('../common/base.yml')).toMatchObject({ problem: expect.stringContaining('outside') });
  });

  test('an override file is judged on top of the one that it overrides', () => {
    const text = 'services:\n  web: {privileged: false, user: "1000:1000"}\n';
    const file = join(root, 'tree/shop/compose.override.yaml');
    const { workloads, project, problems } = readCompose(file, text);
    expect(problems).toEqual([]);
    expect(workloads.map(({ name }) => name)).toEqual(['web']);
    expect(workloads[0]?.rawPod.spec).toMatchObject({
      containers: [{ image: 'nginx', securityContext: { runAsUser: 1000 } }],
      volumes: [{ hostPath: { path: './a' } }],
    });
    expect(workloads[0]?.rawPod.spec.containers[0]?.securityContext).not.toHaveProperty('privileged');
    expect(workloads[0]?.locate(['spec', 'volumes', 0, 'hostPath'])).toEqual({ line: 2, column: 3 });
    expect(project?.findings[0]).toMatchObject({
      code: 'compose-override',
      message: expect.stringContaining('on top of the one in compose.yaml'),
    });
  });
});
