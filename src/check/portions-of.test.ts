import { expect, test } from 'vitest';
import { portionsOf } from './portions-of.ts';
import { openUnitReader } from './read-unit.ts';

const readUnit = await openUnitReader(['manifest'], { dockerfile: { buildArgs: {} } });

const item = (kind: string, name: string): string =>
  `- {apiVersion: v1, kind: ${kind}, metadata: {name: ${name}}, spec: {containers: [{name: c, image: a}]}}\n`;

test('a dump with a thousand pods comes in portions, and nothing of it is lost', () => {
  const pods = Array.from({ length: 1100 }, (_, index) => item('Pod', `p-${index}`));
  const text = `apiVersion: v1\nkind: List\nitems:\n${pods.join('')}${item('Thing', 'x')}`;
  const read = readUnit({ kind: 'manifest', file: 'a.yaml', explicit: true, text });
  const portions = [...portionsOf(read)];
  expect(portions.map(({ workloads, objects }) => [workloads.length, objects.length])).toEqual([
    [500, 0],
    [500, 0],
    [100, 0],
    [0, 1],
  ]);
  expect(portions.flatMap(({ workloads }) => workloads)).toEqual(read.workloads);
});

test('what is short is one portion', () => {
  const read = readUnit({ kind: 'manifest', file: 'a.yaml', explicit: true, text: 'kind: Pod' });
  expect([...portionsOf(read)]).toEqual([read]);
});
