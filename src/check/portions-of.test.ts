import { expect, test } from 'vitest';
import { portionsOf } from './portions-of.ts';
import { openUnitReader, type ReadUnit } from './read-unit.ts';

const readUnit = await openUnitReader(['manifest'], { dockerfile: { buildArgs: {} } });

function read(text: string): readonly ReadUnit[] {
  return [...readUnit({ kind: 'manifest', file: 'a.yaml', explicit: true, text })];
}

function item(kind: string, name: string, containers = 1): string {
  const all = Array.from({ length: containers }, (_, index) => `{name: c${index}, image: a}`);
  return `- {apiVersion: v1, kind: ${kind}, metadata: {name: ${name}}, spec: {containers: [${all.join(', ')}]}}\n`;
}

const LIST = 'apiVersion: v1\nkind: List\nitems:\n';
const sizes = (portions: readonly ReadUnit[]): readonly (readonly number[])[] =>
  portions.map(({ workloads, objects, problems }) => [workloads.length, objects.length, problems.length]);

test('a dump with a thousand pods is read in portions, and nothing of it is lost', () => {
  const pods = Array.from({ length: 1100 }, (_, index) => item('Pod', `p-${index}`));
  const portions = read(`${LIST}${pods.join('')}${item('Thing', 'x')}- 1\n`);
  expect(sizes(portions)).toEqual([
    [500, 500, 0],
    [500, 500, 0],
    [100, 101, 1],
  ]);
  const names = portions.flatMap(({ workloads }) => workloads.map(({ name }) => name));
  expect(names).toEqual(pods.map((_, index) => `p-${index}`));
});

test('pods with many containers are judged a few at a time', () => {
  const pods = Array.from({ length: 5 }, (_, index) => item('Pod', `p-${index}`, 600));
  const [whole, ...more] = read(`${LIST}${pods.join('')}${item('Thing', 'x')}`);
  if (whole === undefined) throw new Error('nothing was read');
  expect(more).toEqual([]);
  const portions = [...portionsOf(whole)];
  expect(sizes(portions)).toEqual([
    [2, 0, 0],
    [2, 0, 0],
    [1, 2, 0],
  ]);
  expect(portions.flatMap(({ workloads }) => workloads)).toEqual(whole.workloads);
});

test('what is short is one portion', () => {
  const [one] = read('kind: Pod');
  if (one === undefined) throw new Error('nothing was read');
  expect([...portionsOf(one)]).toEqual([one]);
});
