import { describe, expect, it } from 'vitest';
import { EventCorrelator, type Occurrence } from './event-correlation.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default', uid: 'u' } };
const pulled: Occurrence = {
  about: pod,
  type: 'Normal',
  reason: 'Pulled',
  message: 'there',
  fieldPath: 'spec.containers{c}',
  at: 1000,
};

describe('events of one reporter', () => {
  it('that are the same raise one count and keep their first time', () => {
    const events = new EventCorrelator();
    events.correlate(pulled);
    expect(events.correlate({ ...pulled, at: 5000 })).toMatchObject({
      count: 2,
      firstAt: 1000,
      message: 'there',
    });
  });

  it('of another container, reason or message are others', () => {
    const events = new EventCorrelator();
    const others: Occurrence[] = [
      pulled,
      { ...pulled, fieldPath: 'spec.containers{d}' },
      { ...pulled, reason: 'Pulling' },
      { ...pulled, message: 'not there' },
      { ...pulled, about: { ...pod, metadata: { ...pod.metadata, uid: 'v' } } },
    ];
    const correlated = others.map((occurrence) => events.correlate(occurrence));
    expect(new Set(correlated.map((event) => event?.key)).size).toBe(others.length);
    expect(correlated.every((event) => event?.count === 1)).toBe(true);
  });

  it('begin at one again once theirs is gone', () => {
    const events = new EventCorrelator();
    const key = events.correlate(pulled)?.key ?? '';
    events.forget(key);
    expect(events.correlate(pulled)?.count).toBe(1);
  });

  it('with more than ten messages of one reason become one', () => {
    const events = new EventCorrelator();
    const messages = Array.from({ length: 13 }, (_, index) =>
      events.correlate({ ...pulled, message: `port ${index}` }),
    );
    expect(messages[9]?.message).toBe('port 9');
    expect(messages[10]).toMatchObject({ message: '(combined from similar events): port 10', count: 1 });
    expect(messages[12]).toMatchObject({ message: '(combined from similar events): port 12', count: 3 });
  });

  it('about one object are told 25 times at once, and then every five minutes', () => {
    const events = new EventCorrelator();
    const told = Array.from({ length: 30 }, () => events.correlate(pulled)).filter(Boolean);
    expect(told).toHaveLength(25);
    expect(events.correlate({ ...pulled, at: 1000 + 299_000 })).toBeUndefined();
    expect(events.correlate({ ...pulled, at: 1000 + 301_000 })?.count).toBe(26);
    const other = { ...pod, metadata: { ...pod.metadata, name: 'other', uid: 'o' } };
    expect(events.correlate({ ...pulled, about: other })?.count).toBe(1);
  });
});
