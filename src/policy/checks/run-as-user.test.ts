import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { runAsUser } from './run-as-user.ts';

const root = { runAsUser: 0 };

test('pod and containers that ask for uid 0 are named', () => {
  const containers = [
    { name: 'c', securityContext: root },
    { name: 'd', securityContext: root },
  ];
  expect(verdictOf(runAsUser, 'v1.23', { containers, securityContext: root })).toEqual({
    text: 'runAsUser=0 (pod and containers "c", "d" must not set runAsUser=0)',
    fields: [
      'spec.securityContext.runAsUser',
      'spec.containers[0].securityContext.runAsUser',
      'spec.containers[1].securityContext.runAsUser',
    ],
  });
});

test('any other uid is allowed, and none at all', () => {
  const containers = [{ name: 'c', securityContext: { runAsUser: 1000 } }, { name: 'd' }];
  expect(verdictOf(runAsUser, 'latest', { containers })).toBe('allowed');
});

test('there is no such check before v1.23, and a user namespace makes it allowed from v1.35', () => {
  const pod = { securityContext: root, hostUsers: false };
  expect(verdictOf(runAsUser, 'v1.22', pod)).toBe('not evaluated');
  expect(verdictOf(runAsUser, 'v1.34', pod)).toMatchObject({
    text: 'runAsUser=0 (pod must not set runAsUser=0)',
  });
  expect(verdictOf(runAsUser, 'v1.35', pod)).toBe('allowed');
});
