import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { WakeUps } from './wake-ups.ts';

test("a container's later delay takes the place of the one before, and no other's", async () => {
  const wakeUps = new WakeUps(systemClock, new AbortController().signal);
  const far = wakeUps.sleepUntil('web', systemClock.now() + 60_000);
  const other = wakeUps.sleepUntil('log', systemClock.now() + 20);
  const near = wakeUps.sleepUntil('web', systemClock.now() + 10);
  expect(await Promise.all([far, near, other])).toEqual([false, true, true]);
});

test('nobody is woken once the pod ends', async () => {
  const ending = new AbortController();
  const woken = new WakeUps(systemClock, ending.signal).sleepUntil('web', systemClock.now() + 60_000);
  ending.abort();
  expect(await woken).toBe(false);
});
