import { expect, test } from 'vitest';
import { NO_FINDINGS } from '../core/sum-findings.ts';
import type { CheckBatch } from './check-batch.ts';
import type { BatchResult } from './check-job.ts';
import type { CheckUnit } from './check-unit.ts';
import { checkWhileReading } from './check-while-reading.ts';
import { packBatch } from './read-ahead.ts';
import type { ReaderThreads } from './reader-threads.ts';
import { NO_USE } from './suppression/suppression-use.ts';
import { openSurroundings, type Surroundings } from './surroundings.ts';

const unit = (file: string, text: string): CheckUnit => ({ kind: 'manifest', file, explicit: true, text });

const pod = (index: number, namespace: string): CheckUnit =>
  unit(
    `${index}.yaml`,
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p-${index}, namespace: ${namespace}}\nspec: {containers: [{name: c, image: x}]}\n`,
  );

const namespace = (file: string, name: string, level: string): CheckUnit =>
  unit(file, `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {level: ${level}}}\n`);

/** One thread that reads at once, and counts its batches. */
function thread(read: { batches: number }): ReaderThreads {
  const answers: (() => void)[] = [];
  return {
    start: () => [
      {
        get queued(): number {
          return answers.length;
        },
        read: (units, answer) => {
          read.batches += 1;
          answers.push(() => answer(packBatch(units)));
        },
        settled: async () => {
          await Promise.resolve();
          answers.shift()?.();
        },
      },
    ],
    close: async () => undefined,
  };
}

/** Says of every pod what level its namespace has, as far as that is known. */
function levelsOf(surroundings: Surroundings, judged: string[]): CheckBatch {
  return function* (units, ahead = []): Generator<BatchResult> {
    const levels: string[] = [];
    for (const [index, { kind }] of units.entries()) {
      for (const { object } of ahead[index]?.packed.objects ?? []) {
        if (kind !== 'manifest' || object.kind !== 'Pod') continue;
        const { name = '', namespace: inside = '' } = object.metadata;
        judged.push(name);
        levels.push(`${name} ${surroundings.lookup.namespace(inside)?.metadata.labels?.['level'] ?? 'none'}`);
      }
    }
    const containers = levels.length;
    yield { pieces: [levels], containers, summary: NO_FINDINGS, use: NO_USE, problems: [], entries: [] };
  };
}

/** What is said, the pods in the order in which they were judged, and how many batches were read. */
async function check(
  units: readonly CheckUnit[],
  maxHeld: number,
): Promise<{ levels: readonly unknown[]; judged: readonly string[]; batches: number }> {
  const surroundings = openSurroundings();
  const read = { batches: 0 };
  const judged: string[] = [];
  const levels: unknown[] = [];
  const results = checkWhileReading(units, {
    threads: thread(read),
    surroundings,
    check: levelsOf(surroundings, judged),
    maxHeld,
    signal: new AbortController().signal,
  });
  for await (const { pieces } of results) levels.push(...(pieces[0] ?? []));
  return { levels, judged, ...read };
}

// Batches are of 16, 32, 64 and then 128 units.
const PODS = Array.from({ length: 640 }, (_, index) => pod(index, index < 16 || index === 300 ? 'a' : 'b'));

test('what nothing later changes is judged once', async () => {
  const { levels, judged, batches } = await check([...PODS, namespace('z.yaml', 'c', 'x')], 10_000);
  expect(levels).toEqual(PODS.map((_, index) => `p-${index} none`));
  expect(judged).toHaveLength(640);
  expect(batches).toBe(8);
});

test('what a Namespace that is read last says counts for all, and only those that asked are judged again', async () => {
  const { levels, judged, batches } = await check([...PODS, namespace('z.yaml', 'a', 'low')], 10_000);
  expect(levels).toEqual(
    PODS.map((_, index) => `p-${index} ${index < 16 || index === 300 ? 'low' : 'none'}`),
  );
  expect(judged).toHaveLength(640 + 16 + 128);
  expect(batches).toBe(8 + 2);
});

test('a file that says by its name what it holds is looked at first: nobody is judged again', async () => {
  const { levels, judged } = await check([...PODS, namespace('z/namespace.yaml', 'a', 'low')], 10_000);
  expect(levels).toContain('p-0 low');
  expect(judged).toHaveLength(640);
});

test('where too many results would be held back, the rest is looked at first', async () => {
  const { levels, judged } = await check([...PODS, namespace('z.yaml', 'a', 'low')], 200);
  expect(levels).toEqual(
    PODS.map((_, index) => `p-${index} ${index < 16 || index === 300 ? 'low' : 'none'}`),
  );
  // Four batches were held back by then; of the others nothing was judged too early.
  expect(judged).toHaveLength(640 + 16);
});

test('what did not change is not judged, and counts', async () => {
  const background = { ...namespace('z.yaml', 'b', 'high'), isBackground: true } as const;
  const { levels, judged } = await check([...PODS.slice(0, 200), background], 10_000);
  expect(levels.at(-1)).toBe('p-199 high');
  expect(judged).toHaveLength(200);
});

test('a check that is ended says nothing of what it held back', async () => {
  const surroundings = openSurroundings();
  const results = checkWhileReading(PODS, {
    threads: thread({ batches: 0 }),
    surroundings,
    check: levelsOf(surroundings, []),
    maxHeld: 10_000,
    signal: AbortSignal.abort(new Error('ended')),
  });
  await expect(results.next()).rejects.toThrow('ended');
});
