import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import type { Pod } from '../../src/kube/pod.ts';
import { CHECKS } from '../../src/policy/checks.ts';
import { evaluatePod } from '../../src/policy/evaluate-pod.ts';
import { minorOf, parseLevel, parsePolicyVersion } from '../../src/policy/level-version.ts';

/** Upstream's own pods: `LEVEL/VERSION/{pass,fail}/CHECKn.yaml`. */
const ROOT =
  process.env['PODPROOF_PSS_FIXTURES'] ?? resolve(import.meta.dirname, '../../../shared/fixtures/pss');

interface Suite {
  readonly level: 'baseline' | 'restricted';
  readonly version: `v1.${number}`;
  readonly verdict: 'pass' | 'fail';
  readonly dir: string;
  readonly files: readonly string[];
}

function directories(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function suitesBelow(root: string): readonly Suite[] {
  const suites: Suite[] = [];
  for (const levelName of directories(root)) {
    const level = parseLevel(levelName);
    if (level === undefined || level === 'privileged')
      throw new Error(`no level of the standards: "${levelName}"`);
    for (const versionName of directories(join(root, levelName))) {
      const version = parsePolicyVersion(versionName);
      if (version === undefined || version === 'latest')
        throw new Error(`no policy version: "${versionName}"`);
      for (const verdict of ['pass', 'fail'] as const) {
        const dir = join(root, levelName, versionName, verdict);
        if (!existsSync(dir)) continue;
        const files = readdirSync(dir).filter((file) => /\.(ya?ml|json)$/.test(file));
        suites.push({ level, version, verdict, dir, files });
      }
    }
  }
  return suites;
}

/** The ids that may deny a fixture of that name: its own check's, and those that override it at that version. */
function expectedDeniers(file: string, minor: number): readonly string[] {
  const name = file.replace(/[0-9]*\.[a-z]+$/, '');
  const own = CHECKS.find(({ id }) => id.toLowerCase() === name);
  if (own === undefined) throw new Error(`"${file}" is named after no check`);
  const overriding = CHECKS.filter(({ versions }) =>
    versions.findLast(({ minimumVersion }) => minorOf(minimumVersion) <= minor)?.overrides?.includes(own.id),
  );
  return [own, ...overriding].map(({ id }) => id);
}

function isPod(value: unknown): value is Pod {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Pod' && 'spec' in value
  );
}

/** What is wrong with our answer for that file; undefined when it agrees with upstream. */
function disagreement({ level, version, verdict, dir }: Suite, file: string): string | undefined {
  const pod = load(readFileSync(join(dir, file), 'utf8'));
  if (!isPod(pod)) return `${file}: is no Pod`;
  const deniers = evaluatePod(level, version, pod.metadata, pod.spec)
    .results.filter(({ allowed }) => !allowed)
    .map(({ id }) => id);
  if (verdict === 'pass')
    return deniers.length === 0 ? undefined : `${file}: denied by ${deniers.join(', ')}`;
  const expected = expectedDeniers(file, minorOf(version));
  if (deniers.some((id) => expected.includes(id))) return undefined;
  return `${file}: wanted ${expected.join(' or ')}, denied by ${deniers.join(', ') || 'none'}`;
}

if (existsSync(ROOT)) {
  const suites = suitesBelow(ROOT);
  let agreed = 0;

  test.each(suites.map((suite) => ({ ...suite, count: suite.files.length })))(
    'upstream pods at $level $version: $count must $verdict',
    (suite) => {
      const wrong = suite.files.map((file) => disagreement(suite, file)).filter((text) => text !== undefined);
      agreed += suite.files.length - wrong.length;
      expect(wrong).toEqual([]);
    },
  );

  test('every upstream pod at hand was judged as upstream judges it', () => {
    const total = suites.reduce((sum, { files }) => sum + files.length, 0);
    process.stdout.write(`Pod Security Standards: ${agreed} of ${total} upstream fixtures agree\n`);
    expect(total).toBeGreaterThan(0);
    expect(agreed).toBe(total);
  });
} else {
  test.skip(`upstream's fixtures are not at hand (set PODPROOF_PSS_FIXTURES): nothing compared`, () => {});
}
