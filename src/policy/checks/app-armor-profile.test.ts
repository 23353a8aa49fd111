import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { appArmorProfile } from './app-armor-profile.ts';

const key = (container: string): string => `container.apparmor.security.beta.kubernetes.io/${container}`;

test('fields of pod and containers and annotations are all named, values sorted', () => {
  expect(
    verdictOf(
      appArmorProfile,
      'v1.0',
      {
        containers: [{ name: 'c', securityContext: { appArmorProfile: { type: 'Unconfined' } } }],
        securityContext: { appArmorProfile: { type: 'Unconfined' } },
      },
      { annotations: { [key('c')]: 'unconfined', other: 'unconfined' } },
    ),
  ).toEqual({
    text: `forbidden AppArmor profiles (pod and container "c" and annotation must not set AppArmor profile type to "Unconfined", "${key('c')}="unconfined"")`,
    fields: [
      'spec.securityContext.appArmorProfile.type',
      'spec.containers[0].securityContext.appArmorProfile.type',
      `metadata.annotations[${key('c')}]`,
    ],
  });
});

test('one bad value gives the singular', () => {
  const securityContext = { appArmorProfile: { type: 'Unconfined' } } as const;
  expect(verdictOf(appArmorProfile, 'latest', { securityContext })).toEqual({
    text: 'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
    fields: ['spec.securityContext.appArmorProfile.type'],
  });
});

test("the runtime's default and the node's own profiles are allowed, as field and as annotation", () => {
  const annotations = { [key('a')]: 'runtime/default', [key('b')]: 'localhost/x', [key('c')]: '' };
  const containers = [
    { name: 'a', securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } },
    { name: 'b', securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: 'x' } } },
    { name: 'c' },
  ] as const;
  expect(verdictOf(appArmorProfile, 'latest', { containers }, { annotations })).toBe('allowed');
});
