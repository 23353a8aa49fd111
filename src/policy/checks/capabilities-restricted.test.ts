import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { capabilitiesRestricted } from './capabilities-restricted.ts';

test('both faults are told in one detail', () => {
  expect(
    verdictOf(capabilitiesRestricted, 'v1.22', {
      containers: [
        { name: 'a' },
        {
          name: 'b',
          securityContext: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'CHOWN'] } },
        },
        { name: 'c', securityContext: { capabilities: { drop: ['all'] } } },
      ],
    }),
  ).toEqual({
    text: 'unrestricted capabilities (containers "a", "c" must set securityContext.capabilities.drop=["ALL"]; container "b" must not include "CHOWN" in securityContext.capabilities.add)',
    fields: [
      'spec.containers[0].securityContext.capabilities.drop',
      'spec.containers[1].securityContext.capabilities.add[1]',
      'spec.containers[2].securityContext.capabilities.drop',
    ],
  });
});

test('drop ALL with NET_BIND_SERVICE back is allowed', () => {
  const capabilities = { drop: ['ALL'], add: ['NET_BIND_SERVICE'] };
  expect(
    verdictOf(capabilitiesRestricted, 'latest', {
      containers: [{ name: 'c', securityContext: { capabilities } }],
    }),
  ).toBe('allowed');
});

test('there is no such check before v1.22, and none for Windows from v1.25', () => {
  const pod = { containers: [{ name: 'c' }], os: { name: 'windows' } };
  expect(verdictOf(capabilitiesRestricted, 'v1.21', pod)).toBe('not evaluated');
  expect(verdictOf(capabilitiesRestricted, 'v1.24', pod)).toMatchObject({
    text: expect.stringContaining('"c"'),
  });
  expect(verdictOf(capabilitiesRestricted, 'v1.25', pod)).toBe('allowed');
});
