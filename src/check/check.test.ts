import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findingsOf } from '../core/check-finding.ts';
import { exitCodeFor } from '../predict/exit-code.ts';
import { check } from './check.ts';
import type { CheckOptions } from './check-options.ts';

const pod = (name: string, image = 'web:1.0'): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: c
      image: ${image}
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;
const PRIVILEGED = `apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  containers: [{name: c, image: "agent:1", securityContext: {privileged: true}}]
`;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pp-check-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(path: string, text: string): string {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function startWith(images: CheckOptions['images']): Promise<unknown> {
  const report = await check({ manifest: pod('web'), images });
  return report.workloads[0]?.containers[0];
}

function writeConfig(lines: string): string {
  return write('podproof.yaml', `apiVersion: podproof.dev/v1\nkind: CheckConfig\n${lines}`);
}

async function rulesOf(options: CheckOptions): Promise<readonly string[]> {
  return findingsOf(await check(options)).map(({ rule }) => rule);
}

test('files and directories are judged like operands of the command', async () => {
  write('deploy/web.yaml', pod('web'));
  write('deploy/notes.txt', 'no manifest');
  const named = write('agent.yaml', PRIVILEGED);
  const report = await check({ files: [join(directory, 'deploy'), named] });
  expect(report.workloads.map(({ name, admission }) => [name, admission.allowed])).toEqual([
    ['web', true],
    ['agent', false],
  ]);
  expect(report.workloads[1]?.source).toMatchObject({ file: named, line: 1 });
  expect(exitCodeFor(report.summary, 'would-not-start')).toBe(1);
});

test('a manifest that the program has already is judged as a file would be: its annotations count', async () => {
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', annotations: { 'podproof.dev/ignore': 'privileged: reads the disks' } },
    spec: { containers: [{ name: 'c', image: 'a', securityContext: { privileged: true } }] },
  };
  const report = await check({ manifest, level: 'baseline' });
  expect(report.summary).toMatchObject({ workloads: 1, denied: 0, suppressed: 1 });
});

test('what cannot be read hides nothing else', async () => {
  const missing = join(directory, 'missing.yaml');
  const report = await check({ files: [missing, write('web.yaml', pod('web'))] });
  expect(report.problems).toMatchObject([{ file: missing }]);
  expect(report.summary).toMatchObject({ problems: 1, workloads: 1 });
  expect((await check({ manifest: [] })).problems).toEqual([
    { file: 'manifest', message: 'no Kubernetes object: the list is empty' },
  ]);
});

describe('images', () => {
  test('are known, or asked for', async () => {
    expect(await startWith({ web: { User: '1654' } })).toMatchObject({
      imageKnown: 'config',
      start: { ok: true },
    });
    expect(await startWith({ web: { User: 'app' } })).toMatchObject({ start: { ok: false } });
    expect(await startWith(undefined)).toMatchObject({ imageKnown: 'unknown' });
  });

  test('a finder may answer at once, as an image store does, and its failures are told', async () => {
    const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } } as const;
    const image = { digest: 'sha256:1', config: { ...config, config: { User: '7' } }, accounts: undefined };
    const asked: string[] = [];
    const find = (reference: string): typeof image & { reference: string } => {
      asked.push(reference);
      return { ...image, reference };
    };
    expect(await startWith({ find })).toMatchObject({ imageDigest: 'sha256:1' });
    expect(asked).toEqual(['web:1.0']);
    const failing = await check({
      manifest: pod('web'),
      images: { find: () => Promise.reject(new Error('registry.test did not answer')) },
    });
    const told = findingsOf(failing).filter(({ message }) =>
      message.includes('registry.test did not answer'),
    );
    expect(told).not.toEqual([]);
  });
});

describe('a podproof.yaml', () => {
  test('says what is checked and how, and accepts findings; options go first', async () => {
    write('deploy/agent.yaml', PRIVILEGED);
    write('deploy/old/agent.yaml', PRIVILEGED);
    const file = writeConfig(`level: baseline
paths: [deploy]
exclude: [deploy/old]
exemptions:
  - checks: [privileged]
    name: agent
    reason: reads the disks
`);
    const report = await check({ config: file });
    expect(report.summary).toMatchObject({ workloads: 1, denied: 0, suppressed: 1 });
    expect(findingsOf(report)).toContainEqual(
      expect.objectContaining({
        rule: 'privileged',
        suppressed: { by: 'configuration', reason: 'reads the disks' },
      }),
    );
    const strict = await check({ config: file, level: 'restricted' });
    expect(strict.workloads[0]?.admission.level).toBe('restricted');
  });

  test('an exemption that matches nothing is told, where everything was checked', async () => {
    write('deploy/web.yaml', pod('web'));
    const file = writeConfig('paths: [deploy]\nexemptions: [{checks: [privileged], reason: once}]\n');
    expect(await rulesOf({ config: file })).toContain('exemption-unused');
    expect(await rulesOf({ config: file, files: [join(directory, 'deploy')] })).not.toContain(
      'exemption-unused',
    );
  });

  test('knows images from the Dockerfile that builds them', async () => {
    write('web/Dockerfile', 'FROM scratch\nUSER 1654\n');
    const manifest = pod('web', 'registry.test/web:7');
    const file = writeConfig('images:\n  sources: [{name: registry.test/web, dockerfile: web/Dockerfile}]\n');
    const { workloads } = await check({ manifest, config: file });
    expect(workloads[0]?.containers[0]).toMatchObject({
      start: { ok: true },
      confinement: { user: { value: { uid: 1654 } } },
    });
  });

  test('that cannot be read is an error', async () => {
    await expect(check({ config: writeConfig('levle: baseline\n') })).rejects.toThrow('podproof.yaml');
    await expect(check({ config: writeConfig('level: baseline\n') })).rejects.toThrow(
      'there is nothing to check',
    );
  });
});

test('globs leave files of directories out', async () => {
  write('web.yaml', pod('web'));
  write('test/agent.yaml', PRIVILEGED);
  const before = process.cwd();
  try {
    process.chdir(directory);
    expect((await check({ files: ['.'], exclude: ['test'] })).summary.workloads).toBe(1);
    await expect(check({ files: ['.'], exclude: ['['] })).rejects.toThrow('option "exclude" cannot be "["');
  } finally {
    process.chdir(before);
  }
});

test('a library renders nothing unless told', async () => {
  write('base/kustomization.yaml', 'resources: [web.yaml]\n');
  write('base/web.yaml', pod('web'));
  const files = [directory];
  const { skipped, summary } = await check({ files });
  expect(summary.workloads).toBe(0);
  expect(skipped).toContainEqual({
    file: join(directory, 'base'),
    reason: 'a kustomization: rendered only with the option "render"',
  });
  const rendered = await check({ files, render: true });
  // With `kubectl` or `kustomize` it is rendered; without, the reason is another one.
  expect(rendered.skipped).not.toEqual(skipped);
});

test.each([
  [{}, 'there is nothing to check'],
  [{ files: 'deploy' }, 'there is nothing to check'],
  [{ files: [], manifest: 'kind: Pod' }, 'contradict each other'],
  [{ files: [], image: {} }, 'unknown option "image": did you mean "images"'],
])('%j is refused', async (options, message) => {
  // @ts-expect-error as a program without types calls it
  await expect(check(options)).rejects.toThrow(message);
});

test('no files are nothing to check, and no mistake', async () => {
  expect((await check({ files: [] })).summary).toMatchObject({ workloads: 0, problems: 0 });
});

test('a signal ends it', async () => {
  const reason = new Error('enough');
  await expect(
    check({ files: [write('a.yaml', PRIVILEGED)], signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
});
