import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { runAsNonRoot } from './run-as-non-root.ts';

test('pod or containers must promise it', () => {
  const containers = [{ name: 'a' }, { name: 'b', securityContext: { runAsNonRoot: true } }, { name: 'c' }];
  expect(verdictOf(runAsNonRoot, 'v1.0', { containers })).toEqual({
    text: 'runAsNonRoot != true (pod or containers "a", "c" must set securityContext.runAsNonRoot=true)',
    fields: ['spec.securityContext.runAsNonRoot'],
  });
});

test("a container's false is forbidden although the pod says true, and is told before all else", () => {
  expect(
    verdictOf(runAsNonRoot, 'latest', {
      containers: [{ name: 'a' }, { name: 'b', securityContext: { runAsNonRoot: false } }],
      securityContext: { runAsNonRoot: true },
    }),
  ).toEqual({
    text: 'runAsNonRoot != true (container "b" must not set securityContext.runAsNonRoot=false)',
    fields: ['spec.containers[1].securityContext.runAsNonRoot'],
  });
});

test("the pod's false is forbidden although every container says true", () => {
  expect(
    verdictOf(runAsNonRoot, 'latest', {
      containers: [{ name: 'a', securityContext: { runAsNonRoot: true } }],
      securityContext: { runAsNonRoot: false },
    }),
  ).toEqual({
    text: 'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
    fields: ['spec.securityContext.runAsNonRoot'],
  });
});

test("the pod's promise counts for its containers", () => {
  const pod = {
    initContainers: [{ name: 'i' }],
    containers: [{ name: 'c' }],
    securityContext: { runAsNonRoot: true },
  };
  expect(verdictOf(runAsNonRoot, 'latest', pod)).toBe('allowed');
});

test('a user namespace makes it allowed from v1.35, not before', () => {
  const pod = { containers: [{ name: 'c' }], hostUsers: false };
  expect(verdictOf(runAsNonRoot, 'v1.34', pod)).toMatchObject({ text: expect.stringContaining('"c"') });
  expect(verdictOf(runAsNonRoot, 'v1.35', pod)).toBe('allowed');
  expect(verdictOf(runAsNonRoot, 'v1.35', { ...pod, hostUsers: true })).not.toBe('allowed');
});
