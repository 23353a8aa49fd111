import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeObject, type TypedData } from '../../src/kube/decode-object.ts';
import type { Pod, PodSpec, Volume } from '../../src/kube/pod.ts';
import { isPod, isWorkloadObject, podTemplateOf } from '../../src/kube/workload.ts';
import { evaluatePod, type PodEvaluation } from '../../src/policy/evaluate-pod.ts';
import { anyPod } from './pss/any-pod.ts';
import { anyMutations } from './pss/mutations.ts';
import { oracle } from './pss/oracle.ts';
import { CONTROL_TWEAKS, fixturesAt, NEWEST_FIXTURE_MINOR, type OwnFixture } from './pss/own-fixtures.ts';

/** `PODPROOF_FUZZ_RUNS=100000` looks further. */
const RUNS = Number(process.env['PODPROOF_FUZZ_RUNS'] ?? 400);
const TIMEOUT_MS = 10_000 + RUNS * 20;

const level = fc.constantFrom('baseline' as const, 'restricted' as const);
const minor = fc.integer({ min: 0, max: NEWEST_FIXTURE_MINOR + 2 });

function deniersOf({ results }: PodEvaluation): readonly string[] {
  return results.filter(({ allowed }) => !allowed).map(({ id }) => id);
}

const WORKLOADS: Readonly<Record<string, (template: object) => TypedData & { readonly spec: object }>> = {
  Deployment: (template) => appsObject('Deployment', template),
  DaemonSet: (template) => appsObject('DaemonSet', template),
  StatefulSet: (template) => appsObject('StatefulSet', template),
  ReplicaSet: (template) => appsObject('ReplicaSet', template),
  Job: (template) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: {}, spec: { template } }),
  CronJob: (template) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {},
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } },
  }),
};

function appsObject(kind: string, template: object): TypedData & { readonly spec: object } {
  return { apiVersion: 'apps/v1', kind, metadata: {}, spec: { selector: { matchLabels: {} }, template } };
}

/** The pod as the template of something that makes pods, read back as `check` reads it. */
function inWorkload(kind: string, pod: Pod): Pod {
  const object = WORKLOADS[kind]?.({ metadata: pod.metadata, spec: pod.spec }) ?? pod;
  const decoded = decodeObject(structuredClone(object)).value;
  const found = isPod(decoded)
    ? decoded
    : isWorkloadObject(decoded)
      ? podTemplateOf(decoded)?.pod
      : undefined;
  if (found === undefined) throw new Error(`no pod in a ${kind}`);
  return found;
}

const kinds = fc.constantFrom('Pod', ...Object.keys(WORKLOADS));

const failing = new Map<string, readonly OwnFixture[]>();

function failingAt(atLevel: OwnFixture['level'], atMinor: number): readonly OwnFixture[] {
  const key = `${atLevel} ${atMinor}`;
  const known = failing.get(key);
  if (known !== undefined) return known;
  const all = CONTROL_TWEAKS.flatMap((control) => fixturesAt(control, atLevel, `v1.${atMinor}`));
  const found = all.filter(({ verdict }) => verdict === 'fail');
  failing.set(key, found);
  return found;
}

const deniedFixture = fc
  .tuple(level, fc.integer({ min: 0, max: NEWEST_FIXTURE_MINOR }))
  .chain(([atLevel, atMinor]) => fc.constantFrom(...failingAt(atLevel, atMinor)));

describe('what upstream denies is never allowed', { timeout: TIMEOUT_MS }, () => {
  test('a denied pod stays denied by its control, whatever is added, moved, reordered or wrapped', () => {
    fc.assert(
      fc.property(deniedFixture, anyMutations, kinds, (fixture, mutations, kind) => {
        const mutated = mutations.reduce((pod, mutate) => mutate(pod), fixture.pod);
        const { metadata, spec } = inWorkload(kind, mutated);
        const evaluation = evaluatePod(fixture.level, fixture.version, metadata, spec);
        expect(deniersOf(evaluation)).toContain(fixture.check);
      }),
      { numRuns: RUNS },
    );
  });

  test('any pod gets the answer that the standard, written down once more, gives', () => {
    fc.assert(
      fc.property(anyPod, level, minor, ({ metadata, spec }, atLevel, atMinor) => {
        const evaluation = evaluatePod(atLevel, `v1.${atMinor}`, metadata, spec);
        const expected = oracle(atLevel, atMinor, metadata, spec);
        expect(deniersOf(evaluation)).toEqual(expected);
        expect(evaluation.allowed).toBe(expected.length === 0);
      }),
      { numRuns: RUNS },
    );
  });

  test('changes that make nothing better take no denial away', () => {
    fc.assert(
      fc.property(anyPod, anyMutations, level, minor, (pod, mutations, atLevel, atMinor) => {
        const before = deniersOf(evaluatePod(atLevel, `v1.${atMinor}`, pod.metadata, pod.spec));
        const { metadata, spec } = mutations.reduce((it, mutate) => mutate(it), pod);
        const after = deniersOf(evaluatePod(atLevel, `v1.${atMinor}`, metadata, spec));
        expect(after).toEqual(expect.arrayContaining([...before]));
      }),
      { numRuns: RUNS },
    );
  });

  test('what baseline denies restricted denies, but for what the API server refuses anyway', () => {
    fc.assert(
      fc.property(anyPod, minor, ({ metadata, spec }, atMinor) => {
        const at = (atLevel: 'baseline' | 'restricted'): PodEvaluation =>
          evaluatePod(atLevel, `v1.${atMinor}`, metadata, spec);
        if (at('baseline').allowed || isRefused(spec)) return;
        expect(at('restricted').allowed).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });
});

/** A pod for Windows with fields of Linux, a volume with two sources: upstream's restricted checks wave these through. */
function isRefused({ os, volumes }: PodSpec): boolean {
  return os?.name === 'windows' || (volumes ?? []).some(hasTwoSources);
}

function hasTwoSources(volume: Volume): boolean {
  return Object.entries(volume).filter(([key, value]) => key !== 'name' && value !== null).length > 1;
}

describe('a denial says what to do', { timeout: TIMEOUT_MS }, () => {
  test('every denial has its texts, and fields that stand for what is denied', () => {
    fc.assert(
      fc.property(anyPod, level, minor, ({ metadata, spec }, atLevel, atMinor) => {
        for (const result of evaluatePod(atLevel, `v1.${atMinor}`, metadata, spec).results) {
          const texts = [result.reason, result.detail, result.advice].map((text) => text !== '');
          expect(texts).toEqual(texts.map(() => !result.allowed));
          expect(result.fields.length > 0).toBe(!result.allowed);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
