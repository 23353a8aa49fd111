import { expect, it } from 'vitest';
import { createGate } from './gate.ts';

it('no more than the limit run at a time, and all of them in the end, failures included', async () => {
  const gate = createGate(3);
  let running = 0;
  let most = 0;
  const work = async (index: number): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    if (index % 4 === 0) throw new Error('no luck');
    return index;
  };
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => gate(() => work(index))));
  expect(most).toBe(3);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
  expect(await gate(() => work(1))).toBe(1);
});
