import { expect, it } from 'vitest';
import { systemClock } from './clock.ts';

it('a year is not over at once', async () => {
  const end = new AbortController();
  let isOver = false;
  const sleeping = (async () => {
    await systemClock.sleep(365 * 86_400_000, end.signal);
    isOver = true;
  })();
  await systemClock.sleep(20);
  expect(isOver).toBe(false);
  end.abort();
  await sleeping;
});

it.each([0, -5])('%i ms is nothing', async (delayMs) => {
  await systemClock.sleep(delayMs);
});
