import { expect, test } from 'vitest';
import { applyOnChange } from './apply-on-change.ts';

test('many changes are carried out once, the same not at all, and a failure again', async () => {
  const applied: string[] = [];
  const problems: unknown[] = [];
  let wanted = 'a';
  let fails = false;
  const rules = applyOnChange({
    build: () => wanted,
    apply: async (text) => {
      if (fails) throw new Error('busy');
      applied.push(text);
    },
    onProblem: (error) => problems.push(error),
    retryMs: 5,
  });
  rules.changed();
  wanted = 'b';
  rules.changed();
  await rules.settled();
  expect(applied).toEqual(['b']);
  rules.changed();
  await rules.settled();
  expect(applied).toEqual(['b']);
  fails = true;
  wanted = 'c';
  rules.changed();
  await rules.settled();
  expect(problems).toHaveLength(1);
  fails = false;
  await expect.poll(() => applied).toEqual(['b', 'c']);
  await rules.close();
  wanted = 'd';
  rules.changed();
  await rules.settled();
  expect(applied).toEqual(['b', 'c']);
});
