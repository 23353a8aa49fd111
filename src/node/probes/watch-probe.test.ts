import { expect, it } from 'vitest';
import type { Probe } from '../../kube/pod.ts';
import type { Clock } from '../clock.ts';
import { watchProbe } from './watch-probe.ts';

/** Plays results; gives `time result settled` for each. */
async function watch(
  probe: Probe,
  results: string,
  untilSuccess = false,
  untilFailure = false,
): Promise<readonly string[]> {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: async (delayMs) => {
      now += delayMs;
    },
  };
  const end = new AbortController();
  const reports: string[] = [];
  let index = 0;
  await watchProbe({
    probe,
    clock,
    signal: end.signal,
    startedAt: 0,
    untilSuccess,
    untilFailure,
    attempt: async () => {
      const ok = results[index] === '+';
      index += 1;
      if (index > results.length) end.abort();
      return { ok, output: '' };
    },
    report: ({ ok }, settled) => reports.push(`${now / 1000} ${ok ? '+' : '-'}${settled ? '!' : ''}`),
  });
  return reports;
}

it('by default attempts every 10 s, one success or three failures in a row count', async () => {
  expect(await watch({}, '+--+---')).toEqual(['0 +!', '10 -', '20 -', '30 +!', '40 -', '50 -', '60 -!']);
});

it('waits for the initial delay, keeps its period and counts its thresholds', async () => {
  const probe = { initialDelaySeconds: 5, periodSeconds: 2, successThreshold: 2, failureThreshold: 1 };
  expect(await watch(probe, '++-')).toEqual(['5 +', '7 +!', '9 -!']);
});

it('a startup probe is done after its first success', async () => {
  expect(await watch({ periodSeconds: 1 }, '--++', true)).toEqual(['0 -', '1 -', '2 +!']);
});

it('one whose failure ends the container says nothing more until then', async () => {
  expect(await watch({ periodSeconds: 1, failureThreshold: 2 }, '+--+-', false, true)).toEqual([
    '0 +!',
    '1 -',
    '2 -!',
  ]);
});
