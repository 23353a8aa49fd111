import { describe, expect, test } from 'vitest';
import { created, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { Event } from '../../kube/event.ts';
import { event } from './event.ts';
import { eventV1 } from './event-v1.ts';

const object: Event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'web.1', namespace: 'default' },
  involvedObject: { kind: 'Pod', name: 'web', namespace: 'default', fieldPath: 'spec.containers{c}' },
  type: 'Warning',
  reason: 'BackOff',
  message: 'Back-off restarting failed container\n',
  source: { component: 'kubelet', host: 'node' },
  firstTimestamp: '2026-01-01T00:50:00Z',
  lastTimestamp: '2026-01-01T00:59:30Z',
  count: 4,
};

const row = {
  'LAST SEEN': '30s',
  TYPE: 'Warning',
  REASON: 'BackOff',
  OBJECT: 'pod/web',
  SUBOBJECT: 'spec.containers{c}',
  SOURCE: 'kubelet, node',
  MESSAGE: 'Back-off restarting failed container',
  'FIRST SEEN': '10m',
  COUNT: '4',
  NAME: 'web.1',
};

test('its row', () => {
  expect(rowOf(event, created(event, object), 'wide')).toEqual(row);
});

test('a series counts on its own', () => {
  const { firstTimestamp: _first, lastTimestamp: _last, count: _count, ...rest } = object;
  const modern: Event = {
    ...rest,
    eventTime: '2026-01-01T00:58:00.000000Z',
    series: { count: 9, lastObservedTime: '2026-01-01T00:59:59.000000Z' },
  };
  expect(rowOf(event, modern, 'wide')).toMatchObject({ 'LAST SEEN': '1s', 'FIRST SEEN': '2m', COUNT: '9' });
});

test('it stands in the namespace of its object', () => {
  const elsewhere = { ...object, involvedObject: { ...object.involvedObject, namespace: 'other' } };
  expect(problemsOf(event, elsewhere)).toEqual([
    'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
  ]);
  expect(problemsOf(event, { ...object, involvedObject: { kind: 'Node', name: 'node' } })).toEqual([]);
});

describe('events.k8s.io/v1', () => {
  const convert = eventV1.stored?.convert;

  test('is the same object under other names, and back', () => {
    const other = convert?.fromStored(object);
    expect(other).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      regarding: { kind: 'Pod', name: 'web' },
      note: object.message,
      deprecatedCount: 4,
      deprecatedSource: { component: 'kubelet' },
    });
    expect(other).not.toHaveProperty('involvedObject');
    expect(other && convert?.toStored(other)).toEqual(object);
  });

  test('has the same row', () => {
    const other = convert?.fromStored(object);
    expect(other && rowOf(eventV1, other, 'wide')).toEqual(row);
  });
});
