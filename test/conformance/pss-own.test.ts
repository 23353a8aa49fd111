import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../src/policy/checks.ts';
import { evaluatePod } from '../../src/policy/evaluate-pod.ts';
import { checksFor, NEWEST_VERSION } from '../../src/policy/registry.ts';
import { disagreement } from './pss/disagreement.ts';
import { byCheck, byPolicy } from './pss/judges.ts';
import {
  CONTROL_TWEAKS,
  fixturesAt,
  NEWEST_FIXTURE_MINOR,
  type OwnFixture,
  ownFixtureFiles,
} from './pss/own-fixtures.ts';
import { readSuite } from './pss/read-suite.ts';

const ROOT = resolve(import.meta.dirname, '../fixtures/pss');
const LEVELS = ['baseline', 'restricted'] as const;
const MINORS = Array.from({ length: NEWEST_FIXTURE_MINOR + 1 }, (_, minor) => minor);

function filesBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => path !== 'README.md')
    .sort();
}

describe('our own fixtures', () => {
  const wanted = ownFixtureFiles();

  test('none is missing, none is one too many, each says what it is generated to say', () => {
    expect(filesBelow(ROOT)).toEqual([...wanted.keys()].sort());
    const stale = [...wanted].filter(([path, text]) => readFileSync(join(ROOT, path), 'utf8') !== text);
    expect(stale.map(([path]) => path)).toEqual([]);
  });

  test('the newest version is the newest one that changes something', () => {
    expect(NEWEST_VERSION).toBe(`v1.${NEWEST_FIXTURE_MINOR}`);
  });

  test('every control has pods that pass and pods that fail, wherever it counts and nowhere else', () => {
    const covered = LEVELS.flatMap((level) =>
      MINORS.map((minor) => {
        const fixtures = CONTROL_TWEAKS.flatMap((control) => fixturesAt(control, level, `v1.${minor}`));
        const of = (verdict: string): string =>
          [...new Set(fixtures.filter((it) => it.verdict === verdict).map(({ check }) => check))]
            .sort()
            .join();
        return [`${level} v1.${minor}`, of('pass'), of('fail')];
      }),
    );
    const counting = LEVELS.flatMap((level) =>
      MINORS.map((minor) => {
        const ids = checksFor(level, `v1.${minor}`).checks.map(({ id }) => id);
        const passing = ids.filter((id) => id !== 'allowPrivilegeEscalation' || minor >= 25);
        return [`${level} v1.${minor}`, passing.sort().join(), ids.sort().join()];
      }),
    );
    expect(covered).toEqual(counting);
    expect(CONTROL_TWEAKS).toHaveLength(CHECKS.length);
  });

  test.each(LEVELS)(
    'at %s every pod is judged at every version, and denied by its control alone',
    (level) => {
      const fixtures = MINORS.flatMap((minor) =>
        CONTROL_TWEAKS.flatMap((control) => fixturesAt(control, level, `v1.${minor}`)),
      );
      const wrong = fixtures.filter((fixture) => !isJudged(fixture));
      expect(wrong.map(({ version, verdict, file }) => `${version}/${verdict}/${file}`)).toEqual([]);
      process.stdout.write(
        `Pod Security Standards, our own fixtures at ${level}: ${fixtures.length} agree\n`,
      );
    },
  );

  test.each([
    ['the policy', byPolicy],
    ['podproof check', byCheck],
  ])('as files they are judged by %s as their names say', async (_, judge) => {
    const files = readSuite(ROOT);
    expect(files).toHaveLength(wanted.size);
    const answers = await Promise.all(files.map((file) => disagreement(file, judge, ROOT)));
    expect(answers.filter((text) => text !== undefined)).toEqual([]);
  });
});

function isJudged({ level, version, verdict, check, pod }: OwnFixture): boolean {
  const { allowed, results } = evaluatePod(level, version, pod.metadata, pod.spec);
  const deniers = results.filter((result) => !result.allowed).map(({ id }) => id);
  return verdict === 'pass' ? allowed : deniers.join() === check;
}
