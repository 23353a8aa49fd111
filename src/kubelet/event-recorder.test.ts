import { expect, it } from 'vitest';
import { openLivingApi } from '../../test/support/living-api.ts';
import { createEventRecorder } from './event-recorder.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', uid: 'u' } };
const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), sleep: () => Promise.resolve() };

it('an event says who reports what about whom, and the same again is one with its count', async () => {
  const api = openLivingApi();
  const recorder = createEventRecorder({ api, component: 'kubelet', host: 'n', clock });
  const again = (): void =>
    recorder.record({
      about: pod,
      type: 'Warning',
      reason: 'BackOff',
      message: 'again',
      fieldPath: 'spec.containers{c}',
    });
  again();
  await expect.poll(() => api.list('Event')).toHaveLength(1);
  again();
  again();
  await expect.poll(() => api.list('Event')[0]?.count).toBe(3);
  expect(api.list('Event')).toHaveLength(1);
  expect(api.list('Event')[0]).toMatchObject({
    metadata: { name: expect.stringMatching(/^web\.[0-9a-f]{14,}$/), namespace: 'shop' },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name: 'web',
      namespace: 'shop',
      uid: 'u',
      fieldPath: 'spec.containers{c}',
    },
    source: { component: 'kubelet', host: 'n' },
    reportingComponent: 'kubelet',
    reportingInstance: 'n',
    firstTimestamp: '2026-01-02T03:04:05Z',
    lastTimestamp: '2026-01-02T03:04:05Z',
    type: 'Warning',
  });
});

it('what the API refuses is lost, and nobody else is kept from telling', async () => {
  const api = openLivingApi();
  const recorder = createEventRecorder({ api, component: 'kubelet', host: 'n', clock });
  api.failNext(new Error('namespace is being terminated'));
  recorder.record({ about: pod, type: 'Normal', reason: 'First', message: 'm' });
  recorder.record({ about: pod, type: 'Normal', reason: 'Second', message: 'm' });
  await expect.poll(() => api.list('Event').map(({ reason }) => reason)).toEqual(['Second']);
});

it('an event that is gone is told anew', async () => {
  const api = openLivingApi();
  const recorder = createEventRecorder({ api, component: 'kubelet', host: 'n', clock });
  const tell = (): void => recorder.record({ about: pod, type: 'Normal', reason: 'Pulled', message: 'm' });
  tell();
  await expect.poll(() => api.list('Event')).toHaveLength(1);
  await api.delete('Event', 'shop', api.list('Event')[0]?.metadata.name ?? '');
  tell();
  await expect.poll(() => api.list('Event')).toHaveLength(1);
});

it('what is told in one moment is listed in its order', async () => {
  const api = openLivingApi();
  const recorder = createEventRecorder({ api, component: 'kubelet', host: 'n', clock });
  const reasons = Array.from({ length: 20 }, (_, index) => `Reason${index}`);
  for (const reason of reasons) recorder.record({ about: pod, type: 'Normal', reason, message: reason });
  await expect.poll(() => api.list('Event')).toHaveLength(reasons.length);
  const byName = api
    .list('Event')
    .toSorted((one, other) => ((one.metadata.name ?? '') < (other.metadata.name ?? '') ? -1 : 1));
  expect(byName.map(({ reason }) => reason)).toEqual(reasons);
});
