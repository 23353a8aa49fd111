import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { CheckJob } from '../../src/check/check-job.ts';
import { openJudge } from '../../src/check/judge.ts';
import { packBatch, unpackBatch } from '../../src/check/read-ahead.ts';
import { readPodSecurity } from '../../src/check/read-pod-security.ts';
import { RULE_IDS, RULES } from '../../src/check/rules.ts';
import { readBaseline } from '../../src/check/suppression/baseline-file.ts';
import { completeSurroundings } from '../../src/check/surroundings.ts';
import { findingsOf } from '../../src/core/check-finding.ts';
import type { FileReport } from '../../src/core/contract/check-report.ts';
import { PodproofError } from '../../src/core/errors.ts';
import { addSummaries, NO_FINDINGS, sumFindings } from '../../src/core/sum-findings.ts';
import type { FoundImage } from '../../src/predict/image-finder.ts';
import { CHECK_FORMAT_NAMES, type CheckFormat } from '../../src/report/check/check-format.ts';
import { checkFormat } from '../../src/report/check/formats.ts';
import { readCheckConfig } from '../../src/repository/read-check-config.ts';
import { parseStrictXml } from '../support/strict-xml.ts';
import { anyBaseline, anyConfig, anyPodSecurity, anyUnit, type TextUnit } from './check/any-text.ts';

/** `PODPROOF_FUZZ_RUNS=100000` looks further. */
const RUNS = Number(process.env['PODPROOF_FUZZ_RUNS'] ?? 200);
const TIMEOUT_MS = 20_000 + RUNS * 30;
/** No text of a few kilobytes takes long; on a machine that does other things as well. */
const MOST_MS = 3000;

function image(user: string): readonly [string, FoundImage] {
  const rootfs = { type: 'layers', diff_ids: [] } as const;
  const config = { architecture: 'amd64', os: 'linux', config: { User: user }, rootfs };
  const known = { reference: user, digest: `sha256:${'0'.repeat(64)}`, config, accounts: undefined } as const;
  return [user === '' ? 'root' : Number.isNaN(Number(user)) ? 'named' : 'user', { image: known }];
}

const EXEMPTION = { reason: 'known', line: 1, column: 1 } as const;

const JOB: CheckJob = {
  judge: { profile: 'containerd', dockerfile: { buildArgs: {} }, templatePath: 'spec.workload' },
  images: {
    kind: 'found',
    images: [image(''), image('1000'), image('app'), ['gone', { image: undefined, problem: 'no' }]],
  },
  ownImages: [],
  suppression: {
    annotations: true,
    configuration: {
      file: '/work/podproof.yaml',
      directory: '/work',
      exemptions: [
        { ...EXEMPTION, checks: ['hostPorts', 'privileged'], container: 'w*', path: '**/*.yaml' },
        { ...EXEMPTION, checks: ['*'], namespace: '{a,shop}', kind: 'Deploy*' },
      ],
    },
    baseline: {
      file: '/work/baseline.json',
      entries: [{ fingerprint: 'a'.repeat(64), rule: 'hostPorts', file: 'a.yaml', message: 'x' }],
    },
    workingDirectory: '/work',
    rules: RULE_IDS,
    today: '2026-01-01',
  },
  unitKinds: ['manifest', 'dockerfile', 'compose'],
  formats: [],
};
const SURROUNDINGS = completeSurroundings([
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
  },
]);
const judge = await openJudge(JOB, SURROUNDINGS, true);

function judged(unit: TextUnit, ahead?: Parameters<typeof judge>[1]): readonly FileReport[] {
  return [...judge(unit, ahead)].map(({ report }) => report);
}

async function opened(): Promise<ReadonlyMap<string, CheckFormat<unknown>>> {
  const formats = new Map<string, CheckFormat<unknown>>();
  const request = { columns: 100, colour: false, rules: RULES, directory: '/work' };
  for (const name of CHECK_FORMAT_NAMES)
    formats.set(name, await checkFormat({ name, style: 'findings', ...request }));
  formats.set('details', await checkFormat({ name: 'text', style: 'details', ...request }));
  return formats;
}

/** As the command writes it, with every piece on its way through another thread. */
function written(format: CheckFormat<unknown>, reports: readonly FileReport[]): string {
  const summary = reports.map(sumFindings).reduce(addSummaries, NO_FINDINGS);
  const pieces = reports.map((report) => {
    const piece = format.piece(report);
    const handed: unknown = JSON.parse(JSON.stringify(piece));
    expect(handed).toEqual(piece);
    return format.add(handed);
  });
  const header = { profile: 'containerd', kubernetes: '1.36', podproof: '0.0.0' };
  return [format.open(header), ...pieces, format.close(summary)].join('');
}

// oxlint-disable-next-line no-control-regex -- what a terminal must not get
const OBEYED = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const MADE_FOR: Readonly<Record<string, (text: string) => void>> = {
  json: (text) => expect(JSON.parse(text)).toMatchObject({ kind: 'CheckReport' }),
  sarif: (text) => expect(JSON.parse(text)).toMatchObject({ version: '2.1.0' }),
  junit: (text) => expect(parseStrictXml(text).name).toBe('testsuites'),
  markdown: (text) => expect(text.length).toBeLessThanOrEqual(65_536),
  github: (text) => expect(text).toMatch(/^(?:::(?:error|warning|notice) [^\n]*\n|[^:\n][^\n]*\n|\n)*$/),
  text: (text) => expect(text).not.toMatch(/^\s*::\w|##[a-z]*\[/m),
  details: (text) => expect(text).not.toMatch(/^\s*::\w|##[a-z]*\[/m),
};

describe('files of strangers', { timeout: TIMEOUT_MS }, () => {
  test('are judged to their end, and every format shows what was found', async () => {
    await fc.assert(
      fc.asyncProperty(anyUnit, async (unit) => {
        const started = performance.now();
        const reports = judged(unit);
        const lines = unit.text.split(/\r\n|\n|\r/).length;
        for (const finding of reports.flatMap(findingsOf)) {
          expect(finding.message).not.toContain('cannot be checked');
          expect(finding.line ?? 1).toBeGreaterThan(0);
          expect(finding.line ?? 1).toBeLessThanOrEqual(lines);
        }
        for (const [name, format] of await opened()) {
          const text = written(format, reports);
          expect(OBEYED.test(text)).toBe(false);
          MADE_FOR[name]?.(text);
        }
        expect(performance.now() - started).toBeLessThan(MOST_MS);
      }),
      { numRuns: RUNS },
    );
  });

  test('come to the same whichever thread reads them', () => {
    fc.assert(
      fc.property(anyUnit, (unit) => {
        const [ahead] = unpackBatch([unit], packBatch([unit])).ahead;
        if (ahead !== undefined) expect(judged(unit, ahead)).toEqual(judged(unit));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('settings of strangers', { timeout: TIMEOUT_MS }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'podproof-settings-'));
  const file = join(directory, 'settings');
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each<[string, fc.Arbitrary<string>, () => unknown]>([
    ['podproof.yaml', anyConfig, () => readCheckConfig(file, { rules: RULE_IDS })],
    ['a baseline', anyBaseline, () => readBaseline(file)],
    ['a PodSecurityConfiguration', anyPodSecurity, () => readPodSecurity(file)],
  ])('%s is read, or refused with a reason', (_, arbitrary, read) => {
    let count = 0;
    fc.assert(
      fc.property(arbitrary, (text) => {
        writeFileSync(file, text);
        try {
          expect(read()).toBeTypeOf('object');
          count += 1;
        } catch (error) {
          if (!(error instanceof PodproofError)) throw error;
          expect(error.code).toBe('invalid');
          expect(error.message).toContain(file);
        }
      }),
      { numRuns: RUNS },
    );
    expect(count).toBeGreaterThan(0);
  });
});
