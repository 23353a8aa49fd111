import { expect, test } from 'vitest';
import type { Event } from '../kube/event.ts';
import { sortOut } from './event-expiry.ts';

const now = Date.UTC(2026, 0, 1);

function event(minutes: number): Event {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: String(minutes) },
    involvedObject: {},
    lastTimestamp: new Date(now - minutes * 60_000).toISOString(),
  };
}

test('events go an hour after they were last seen, the next one when its hour is over', () => {
  const { expired, nextMs } = sortOut([event(59), event(61), event(1)], now);
  expect(expired.map(({ metadata }) => metadata.name)).toEqual(['61']);
  expect(nextMs).toBe(now + 60_000);
});

test('the oldest go where there are too many', () => {
  const many = Array.from({ length: 5003 }, (_, index) => event(index / 1000));
  expect(sortOut(many, now).expired).toHaveLength(3);
  expect(sortOut([], now)).toEqual({ expired: [], nextMs: undefined });
});
