import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport, ContainerReport } from '../../src/core/contract/check-report.ts';
import { type BuiltImage, buildTestImage } from '../support/oci-layout.ts';
import { type Outcome, podproof } from '../support/podproof.ts';
import { registryProgram, startRegistry, type TestRegistry } from '../support/registry.ts';

// `check` and the network: asked for it asks, and waits for nobody for long; else nothing of it is touched.

const cannotRun = process.env['CI'] !== 'true' && !existsSync(registryProgram);

let directory = '';
let silent = '';
let listener: Server;
let connections = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-registries-'));
  listener = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  const address = listener.address();
  silent = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterAll(() => {
  listener.close();
  rmSync(directory, { recursive: true });
});

function pod(name: string, image: string, runAsNonRoot = false): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  securityContext: { runAsNonRoot: ${runAsNonRoot} }
  containers:
    - { name: c, image: "${image}" }
`;
}

function imageOf(user: string): BuiltImage {
  return buildTestImage({ layers: [[{ path: 'app', content: 'x' }]], config: { User: user } });
}

function write(name: string, images: readonly string[], runAsNonRoot = false): string {
  const path = join(directory, name);
  writeFileSync(path, images.map((image, index) => pod(`p-${index}`, image, runAsNonRoot)).join('---\n'));
  return path;
}

async function check(...args: readonly string[]): Promise<Outcome & { readonly tookMs: number }> {
  const started = performance.now();
  const env = { PODPROOF_ROOT: join(directory, 'root'), HOME: directory, DOCKER_CONFIG: directory };
  const outcome = await podproof(['check', '--level', 'baseline', ...args], '', env);
  return { ...outcome, tookMs: performance.now() - started };
}

function containersOf({ stdout }: Outcome): readonly ContainerReport[] {
  const report: CheckReport = JSON.parse(stdout);
  return report.workloads.flatMap(({ containers }) => containers);
}

describe('without being asked', () => {
  test.each([
    ['by default', []],
    ['with --images cached', ['--images', 'cached']],
    ['with --images never', ['--images', 'never']],
  ])('%s no registry is asked', async (_, args) => {
    const file = write('images.yaml', [`${silent}/app:1`, 'nowhere.invalid/app', '127.0.0.1:1/app']);
    const before = connections;
    const outcome = await check(...args, '-o', 'json', file);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.tookMs).toBeLessThan(4000);
    expect(containersOf(outcome).map(({ imageKnown }) => imageKnown)).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(connections).toBe(before);
  });
});

describe.skipIf(cannotRun)('with --images pull', () => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await startRegistry();
    await registry.push('team/good', '1', imageOf('1654'));
    await registry.push('team/root', '1', imageOf(''));
  });
  afterAll(() => registry.close());

  test('one that is away is waited for once and told once, and keeps nobody from asking the other', async () => {
    const away = Array.from({ length: 40 }, (_, index) => `${silent}/app:${index}`);
    const odd = ['oci:/etc', '../../etc/passwd', '127.0.0.1:1/app'];
    const living = ['good', 'root'].map((name) => `${registry.host}/team/${name}:1`);
    const repository = mkdtempSync(join(directory, 'repository-'));
    write(`${basename(repository)}/mixed.yaml`, [...living, ...away, ...odd]);
    const report = join(directory, 'report.json');
    const before = connections;
    const outcome = await check('--images', 'pull', '-o', 'text', '-o', `json=${report}`, repository);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.tookMs).toBeLessThan(9000);
    expect(connections - before).toBe(1);
    const told = outcome.stdout.replace(/\n {2}/g, ' ');
    expect(told.match(/it does not answer/g)).toHaveLength(1);
    expect(told).toMatch(
      /mixed\.yaml:\d+ and 39 more places {2}image unknown: verdict assumes root: cannot reach/,
    );
    expect(told).toContain('cannot read image reference "oci:/etc": invalid reference format');
    const known = containersOf({ ...outcome, stdout: readFileSync(report, 'utf8') }).map(
      (it) => it.imageKnown,
    );
    expect(known).toEqual(['config', 'config', ...[...away, ...odd].map(() => 'unknown')]);
  });

  test('the verdict is of the image where it is known, and assumes root where not', async () => {
    const images = ['good', 'root', 'none'].map((name) => `${registry.host}/team/${name}:1`);
    const outcome = await check('--images', 'pull', '-o', 'json', write('three.yaml', images, true));
    const containers = containersOf(outcome);
    expect(containers.map(({ imageKnown }) => imageKnown)).toEqual(['config', 'config', 'unknown']);
    expect(containers.map(({ start }) => start.ok)).toEqual([true, false, false]);
    const [finding] = containers[2]?.findings.filter(({ code }) => code === 'image-unknown') ?? [];
    expect(finding).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(/^image unknown: verdict assumes root: .*team\/none/),
    });
    expect(outcome.exitCode).toBe(3);
  });
});
