import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { seccompProfileRestricted } from './seccomp-profile-restricted.ts';

test('a pod of which only some containers have a profile is forbidden', () => {
  const containers = [
    { name: 'a', securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
    { name: 'b' },
  ] as const;
  expect(verdictOf(seccompProfileRestricted, 'v1.19', { containers })).toEqual({
    text: 'seccompProfile (pod or container "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    fields: ['spec.securityContext.seccompProfile.type'],
  });
});

test('Unconfined is told before missing profiles', () => {
  const containers = [
    { name: 'a', securityContext: { seccompProfile: { type: 'Unconfined' } } },
    { name: 'b' },
  ] as const;
  expect(verdictOf(seccompProfileRestricted, 'latest', { containers })).toEqual({
    text: 'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    fields: ['spec.containers[0].securityContext.seccompProfile.type'],
  });
});

test("the pod's profile counts for its containers", () => {
  const pod = {
    containers: [{ name: 'c' }],
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
  } as const;
  expect(verdictOf(seccompProfileRestricted, 'latest', pod)).toBe('allowed');
});

test('there is no such check before v1.19, and none for Windows from v1.25', () => {
  const pod = { containers: [{ name: 'c' }], os: { name: 'windows' } };
  expect(verdictOf(seccompProfileRestricted, 'v1.18', pod)).toBe('not evaluated');
  expect(verdictOf(seccompProfileRestricted, 'v1.24', pod)).toMatchObject({
    text: expect.stringContaining('"c"'),
  });
  expect(verdictOf(seccompProfileRestricted, 'v1.25', pod)).toBe('allowed');
});
