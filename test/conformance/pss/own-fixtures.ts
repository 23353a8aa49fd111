import { dump } from 'js-yaml';
import type { Pod } from '../../../src/kube/pod.ts';
import { minorOf } from '../../../src/policy/level-version.ts';
import { BASELINE_TWEAKS } from './baseline-tweaks.ts';
import { type Draft, minimalContainer, minimalPodSpec } from './minimal-pods.ts';
import { RESTRICTED_TWEAKS } from './restricted-tweaks.ts';
import type { ControlTweaks, Tweak, Version } from './tweak.ts';

/** Every control that there is, with what it must allow and deny. */
export const CONTROL_TWEAKS: readonly ControlTweaks[] = [...BASELINE_TWEAKS, ...RESTRICTED_TWEAKS];

/** The newest version that the fixtures are written for. */
export const NEWEST_FIXTURE_MINOR = 37;

export interface OwnFixture {
  readonly level: 'baseline' | 'restricted';
  readonly version: Version;
  readonly verdict: 'pass' | 'fail';
  readonly check: string;
  /** `hostports0.yaml`, the same number at every version. */
  readonly file: string;
  readonly what: string;
  readonly pod: Pod;
}

/** The fixtures of one control at one level and version; none where it does not count. */
export function fixturesAt(
  control: ControlTweaks,
  level: 'baseline' | 'restricted',
  version: Version,
): readonly OwnFixture[] {
  const [from, until] = control[level] ?? [];
  if (from === undefined || !holds({ from, ...(until !== undefined && { until }) }, level, version))
    return [];
  return (['pass', 'fail'] as const).flatMap((verdict) =>
    control[verdict].flatMap((tweak, index) =>
      holds(tweak, level, version) ? [fixture(control.check, tweak, { level, version, verdict, index })] : [],
    ),
  );
}

function holds(range: Omit<Tweak, 'what'>, level: 'baseline' | 'restricted', version: Version): boolean {
  if (range.level !== undefined && range.level !== level) return false;
  const minor = minorOf(version);
  return (
    minor >= minorOf(range.from ?? 'v1.0') && (range.until === undefined || minor < minorOf(range.until))
  );
}

interface Place {
  readonly level: 'baseline' | 'restricted';
  readonly version: Version;
  readonly verdict: 'pass' | 'fail';
  readonly index: number;
}

function fixture(check: string, tweak: Tweak, { level, version, verdict, index }: Place): OwnFixture {
  const name = `${check.toLowerCase()}${index}`;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: name.replaceAll('_', '-'),
      ...(tweak.annotations !== undefined && { annotations: tweak.annotations }),
    },
    spec: tweakedSpec(tweak, level, version),
  };
  if (!isPod(pod)) throw new Error('a fixture is a Pod');
  return { level, version, verdict, check, file: `${name}.yaml`, what: tweak.what, pod };
}

/** What the tables set is of the right types, or the API server's own decoding of the files would tell. */
function isPod(value: object): value is Pod {
  return 'kind' in value && value.kind === 'Pod' && 'spec' in value;
}

function textOf({ check, verdict, what, pod }: OwnFixture): string {
  return `# ${check}, ${verdict}: ${what}\n${dump(pod, { lineWidth: 120 }).trimEnd()}\n`;
}

const ROOTS: Readonly<Record<string, readonly (string | number)[]>> = {
  pod: [],
  main: ['containers', 0],
  setup: ['initContainers', 0],
  debug: ['ephemeralContainers', 0],
};

function tweakedSpec({ set = {} }: Tweak, level: 'baseline' | 'restricted', version: Version): Draft {
  const spec = minimalPodSpec(level, version);
  if (Object.keys(set).some((path) => path.startsWith('debug.')))
    spec['ephemeralContainers'] = [minimalContainer(level, version, 'debug')];
  for (const [path, value] of Object.entries(set)) {
    const [root = '', ...steps] = path.split('.');
    setAt(spec, [...(ROOTS[root] ?? []), ...steps], value);
  }
  return spec;
}

/** Sets what stands at the path, making the objects on the way; undefined removes it. */
function setAt(root: Draft, path: readonly (string | number)[], value: unknown): void {
  let parent = root;
  for (const step of path.slice(0, -1)) {
    const child = parent[step] ?? {};
    if (!isDraft(child)) throw new Error(`"${path.join('.')}" goes through a value that is no object`);
    parent[step] = child;
    parent = child;
  }
  const last = path.at(-1) ?? '';
  if (value === undefined) delete parent[last];
  else parent[last] = structuredClone(value);
}

function isDraft(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null;
}

/**
 * The files below `test/fixtures/pss`, by path: `LEVEL/VERSION/VERDICT/FILE`. A control's files at a version hold until
 * the next version that has files of that control, so that only what changed is written.
 */
export function ownFixtureFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const level of ['baseline', 'restricted'] as const) {
    for (const control of CONTROL_TWEAKS) {
      let before = '';
      for (let minor = 0; minor <= NEWEST_FIXTURE_MINOR; minor += 1) {
        const fixtures = fixturesAt(control, level, `v1.${minor}`);
        const now = JSON.stringify(fixtures.map(({ verdict, file, pod }) => [verdict, file, pod]));
        if (now !== before)
          for (const it of fixtures) files.set(`${level}/v1.${minor}/${it.verdict}/${it.file}`, textOf(it));
        before = now;
      }
    }
  }
  return files;
}
