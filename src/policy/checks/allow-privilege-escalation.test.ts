import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { allowPrivilegeEscalation } from './allow-privilege-escalation.ts';

test('every container must say allowPrivilegeEscalation: false, init and ephemeral ones too', () => {
  expect(
    verdictOf(allowPrivilegeEscalation, 'v1.8', {
      initContainers: [{ name: 'i' }],
      containers: [{ name: 'c', securityContext: { allowPrivilegeEscalation: true } }],
      ephemeralContainers: [{ name: 'e', securityContext: {} }],
    }),
  ).toEqual({
    text: 'allowPrivilegeEscalation != false (containers "i", "c", "e" must set securityContext.allowPrivilegeEscalation=false)',
    fields: [
      'spec.initContainers[0].securityContext.allowPrivilegeEscalation',
      'spec.containers[0].securityContext.allowPrivilegeEscalation',
      'spec.ephemeralContainers[0].securityContext.allowPrivilegeEscalation',
    ],
  });
});

test('false everywhere is allowed', () => {
  const containers = [{ name: 'c', securityContext: { allowPrivilegeEscalation: false } }];
  expect(verdictOf(allowPrivilegeEscalation, 'latest', { containers })).toBe('allowed');
});

test('there is no such check before v1.8, and none for Windows from v1.25', () => {
  const pod = { containers: [{ name: 'c' }], os: { name: 'windows' } };
  expect(verdictOf(allowPrivilegeEscalation, 'v1.7', pod)).toBe('not evaluated');
  expect(verdictOf(allowPrivilegeEscalation, 'v1.24', pod)).toMatchObject({
    text: expect.stringContaining('"c"'),
  });
  expect(verdictOf(allowPrivilegeEscalation, 'v1.25', pod)).toBe('allowed');
});
