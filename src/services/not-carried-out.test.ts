import { expect, test } from 'vitest';
import { objectsInMemory } from '../../test/support/objects-in-memory.ts';
import { serviceOf } from '../../test/support/service-objects.ts';
import { warnOfFields } from './not-carried-out.ts';

test('a field that is not carried out is told with an event, once', () => {
  const api = objectsInMemory();
  const messages: string[] = [];
  const stop = warnOfFields(api, { record: ({ message }) => messages.push(message) });
  api.put('Service', serviceOf('web', { clusterIP: '10.160.0.20', sessionAffinity: 'ClientIP' }));
  expect(messages).toEqual([]);
  const outside = serviceOf('web', { clusterIP: '10.160.0.20', externalIPs: ['192.0.2.1'] });
  api.put('Service', outside);
  api.put('Service', { ...outside, metadata: { ...outside.metadata, labels: { a: 'b' } } });
  expect(messages).toEqual([expect.stringContaining('spec.externalIPs is not carried out')]);
  stop();
});
