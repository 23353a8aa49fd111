import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkloadReport } from '../core/contract/check-report.ts';
import type { Image } from '../image/image.ts';
import type { CheckUnit } from './check-unit.ts';
import { imageReferences } from './image-references.ts';
import { openJudge } from './judge.ts';
import { completeSurroundings } from './surroundings.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-services-'));
  write('repo/Dockerfile', 'FROM registry.example/base\nARG APP_USER=1654\nUSER $APP_USER\nCMD ["x"]\n');
  write('repo/web/Dockerfile.prod', 'FROM registry.example/base\nCMD ["x"]\n');
  write('repo/broken/Dockerfile', 'FROM a\nUSR 5\n');
  write('secret/Dockerfile', 'FROM a\nUSER 4711\n');
  symlinkSync('../secret', join(directory, 'repo/link'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function unitOf(fields: string): CheckUnit {
  const text = `services:\n  web:\n    ${fields}\n`;
  return { kind: 'compose', file: join(directory, 'repo/compose.yaml'), explicit: true, text };
}

const JUDGE = { profile: 'containerd', dockerfile: { buildArgs: {} } } as const;

async function judged(
  fields: string,
  images: Readonly<Record<string, string>> = {},
): Promise<WorkloadReport> {
  const judge = await openJudge(
    {
      judge: JUDGE,
      images: {
        kind: 'found',
        images: Object.entries(images).map(([reference, user]) => [reference, { image: runsAs(user) }]),
      },
      ownImages: [],
      suppression: { annotations: true, workingDirectory: directory, rules: [], today: '2026-01-01' },
      unitKinds: ['compose'],
      formats: [],
    },
    completeSurroundings([]),
    true,
  );
  const [workload] = [...judge(unitOf(fields))].flatMap(({ report }) => report.workloads);
  if (workload === undefined) throw new Error('no service');
  return workload;
}

function runsAs(user: string): Image {
  const rootfs = { type: 'layers', diff_ids: [] } as const;
  const config = { architecture: 'amd64', os: 'linux', config: { User: user }, rootfs };
  return { reference: 'x', digest: 'sha256:0', config, accounts: undefined };
}

/** `UID: what is said of the build`. */
async function whoRuns(fields: string, images?: Readonly<Record<string, string>>): Promise<string> {
  const { containers, findings } = await judged(fields, images);
  const user = containers[0]?.confinement['user']?.value;
  const uid = typeof user === 'object' && user !== null && 'uid' in user ? String(user.uid) : '';
  const told = findings.find(({ code }) => code === 'compose-built');
  return `${uid}: ${told?.message.replaceAll(`${directory}/`, '') ?? ''}`;
}

describe('a service whose image is built', () => {
  test('runs as its Dockerfile says', async () => {
    const told = 'the image is not at hand: judged as the one that repo/Dockerfile makes';
    expect(await whoRuns('build: .')).toBe(`1654: ${told}`);
    expect(await whoRuns('build: {context: ., args: {APP_USER: "7"}}')).toBe(`7: ${told}`);
    expect(await whoRuns('{build: ., image: "web:1"}')).toBe(`1654: ${told}`);
  });

  test('is told the number to write', async () => {
    const { admission } = await judged('build: .');
    expect(admission.violations.find(({ check }) => check === 'runAsNonRoot')?.advice).toBe(
      'write user: "1654:1654"',
    );
  });

  test('goes by the image itself where that is at hand', async () => {
    expect(await whoRuns('{build: ., image: "web:1"}', { 'web:1': '99' })).toBe('99: ');
  });

  test('goes by the base image where that decides', async () => {
    const web = 'build: {context: web, dockerfile: Dockerfile.prod}';
    expect(await whoRuns(web)).toBe(
      '0: the image is built from repo/web/Dockerfile.prod: its base image registry.example/base is not at hand',
    );
    expect(await whoRuns(web, { 'registry.example/base': '33' })).toMatch(/^33: /);
    expect(await imageReferences([unitOf(web)], JUDGE)).toEqual(['registry.example/base']);
  });

  test('may have its Dockerfile in the Compose file', async () => {
    expect(await whoRuns('build: {dockerfile_inline: "FROM scratch\\nUSER 12\\n"}')).toBe(
      '12: the image is not at hand: judged as the one that its dockerfile_inline makes',
    );
  });

  test.each([
    ['../secret', 'secret/Dockerfile: it is outside of'],
    ['link', 'repo/link/Dockerfile: it leads out of'],
    ['gone', 'repo/gone/Dockerfile: no such file'],
    ['broken', 'repo/broken/Dockerfile: line 2: unknown instruction: USR'],
  ])('from %s says why it is not read', async (context, expected) => {
    expect(await whoRuns(`build: ${context}`)).toContain(`0: the image is built from ${expected}`);
  });

  test('is judged without reading more than a few megabytes', async () => {
    write('repo/large/Dockerfile', `FROM scratch\n${'# x\n'.repeat(250_000)}USER 5\n`);
    const services = Array.from(
      { length: 200 },
      (_, index) => `  s${index}: {build: {context: large, args: {A: "${index}"}}}`,
    );
    const judge = await openJudge(
      {
        judge: JUDGE,
        images: { kind: 'none' },
        ownImages: [],
        suppression: { annotations: true, workingDirectory: directory, rules: [], today: '2026-01-01' },
        unitKinds: ['compose'],
        formats: [],
      },
      completeSurroundings([]),
      false,
    );
    const file = join(directory, 'repo/compose.yaml');
    const judged = judge({
      kind: 'compose',
      file,
      explicit: true,
      text: `services:\n${services.join('\n')}\n`,
    });
    const workloads = [...judged].flatMap(({ report }) => report.workloads);
    const told = workloads.map(
      ({ findings }) => findings.find(({ code }) => code === 'compose-built')?.message,
    );
    expect(told.filter((message) => message?.endsWith('makes'))).toHaveLength(4);
    expect(told.at(-1)).toContain('too many large Dockerfiles');
  });
});
