import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { typicalPlatform } from '../../src/confinement/platform.ts';
import type { Pod } from '../../src/kube/pod.ts';
import { readManifests } from '../../src/manifest/read-manifests.ts';
import { workloadsOf } from '../../src/manifest/workloads.ts';
import { CHECKS } from '../../src/policy/checks.ts';
import { evaluatePod } from '../../src/policy/evaluate-pod.ts';
import { minorOf, parseLevel, parsePolicyVersion } from '../../src/policy/level-version.ts';
import { predict } from '../../src/predict/predict.ts';

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

/** The checks that deny the pod of a file. */
type Deniers = (suite: Suite, path: string) => readonly string[] | Promise<readonly string[]>;

/** As the policy alone judges the bare document. */
const byPolicy: Deniers = ({ level, version }, path) => {
  const pod = load(readFileSync(path, 'utf8'));
  if (!isPod(pod)) throw new Error(`"${path}" is no Pod`);
  return evaluatePod(level, version, pod.metadata, pod.spec)
    .results.filter(({ allowed }) => !allowed)
    .map(({ id }) => id);
};

/** As `podproof check --level LEVEL --version VERSION -o json` answers, whatever the API server thinks of the pod. */
const byCheck: Deniers = async ({ level, version }, path) => {
  const refusedObjects = 'keep';
  const set = await readManifests([path], { refusedObjects });
  const report = await predict({
    workloads: workloadsOf(set, { refusedObjects }),
    objects: set.objects,
    lookup: set.lookup,
    images: { find: () => Promise.resolve(undefined) },
    platform: typicalPlatform('containerd'),
    level,
    version,
  });
  const [workload, ...others] = report.workloads;
  if (workload === undefined || others.length > 0) throw new Error(`"${path}" is not one workload`);
  const { admission, containers } = workload;
  if (containers.length === 0) throw new Error(`"${path}": no container was predicted`);
  const deniers = admission.violations.map(({ check }) => check);
  if (admission.allowed !== (deniers.length === 0))
    throw new Error(`"${path}": verdict and violations differ`);
  return deniers;
};

/** What is wrong with our answer for that file; undefined when it agrees with upstream. */
async function disagreement(suite: Suite, file: string, deny: Deniers): Promise<string | undefined> {
  const { version, verdict, dir } = suite;
  const deniers = await deny(suite, join(dir, file));
  if (verdict === 'pass')
    return deniers.length === 0 ? undefined : `${file}: denied by ${deniers.join(', ')}`;
  const expected = expectedDeniers(file, minorOf(version));
  if (deniers.some((id) => expected.includes(id))) return undefined;
  return `${file}: wanted ${expected.join(' or ')}, denied by ${deniers.join(', ') || 'none'}`;
}

if (existsSync(ROOT)) {
  const suites = suitesBelow(ROOT);
  describe.each([
    ['the policy', byPolicy],
    ['podproof check', byCheck],
  ])('%s', (name, deny) => {
    let agreed = 0;

    test.each(suites.map((suite) => ({ ...suite, count: suite.files.length })))(
      'upstream pods at $level $version: $count must $verdict',
      async (suite) => {
        const answers = await Promise.all(suite.files.map((file) => disagreement(suite, file, deny)));
        const wrong = answers.filter((text) => text !== undefined);
        agreed += suite.files.length - wrong.length;
        expect(wrong).toEqual([]);
      },
    );

    test('every upstream pod at hand was judged as upstream judges it', () => {
      const total = suites.reduce((sum, { files }) => sum + files.length, 0);
      process.stdout.write(
        `Pod Security Standards, ${name}: ${agreed} of ${total} upstream fixtures agree\n`,
      );
      expect(total).toBeGreaterThan(0);
      expect(agreed).toBe(total);
    });
  });
} else {
  test.skip(`upstream's fixtures are not at hand (set PODPROOF_PSS_FIXTURES): nothing compared`, () => {});
}
