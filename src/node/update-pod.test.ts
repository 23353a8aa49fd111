import { describe, expect, it } from 'vitest';
import type { Pod } from '../kube/pod.ts';
import { updatePod } from './update-pod.ts';

const running: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'u', labels: { a: '1' } },
  spec: { containers: [{ name: 'c', image: 'x:1', command: ['run'] }], activeDeadlineSeconds: 60 },
};

describe('an update of a running pod', () => {
  it('takes images, further ephemeral containers, deadline, labels, and nothing else', () => {
    const { pod, changed, hasNewMetadata, hasNewDeadline } = updatePod(running, {
      ...running,
      metadata: { ...running.metadata, uid: 'other', labels: { a: '2' } },
      spec: {
        containers: [{ name: 'c', image: 'x:2', command: ['other'] }],
        ephemeralContainers: [{ name: 'e', image: 'y' }],
        hostPID: true,
      },
    });
    expect(changed).toEqual(['c']);
    expect(hasNewMetadata).toBe(true);
    expect(hasNewDeadline).toBe(true);
    expect(pod.metadata).toEqual({ ...running.metadata, labels: { a: '2' } });
    expect(pod.spec).toEqual({
      containers: [{ name: 'c', image: 'x:2', command: ['run'] }],
      ephemeralContainers: [{ name: 'e', image: 'y' }],
    });
  });

  it('that tells nothing new is of no interest', () => {
    const next = { ...running, metadata: { ...running.metadata, resourceVersion: '9' } };
    expect(updatePod(running, next)).toMatchObject({ changed: [], isOfInterest: false });
  });
});
