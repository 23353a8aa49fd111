import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { seccompProfileBaseline } from './seccomp-profile-baseline.ts';

const POD = 'seccomp.security.alpha.kubernetes.io/pod';
const OF_C = 'container.seccomp.security.alpha.kubernetes.io/c';

test('Unconfined is forbidden at the pod and at containers', () => {
  const securityContext = { seccompProfile: { type: 'Unconfined' } } as const;
  expect(
    verdictOf(seccompProfileBaseline, 'v1.19', {
      containers: [{ name: 'c', securityContext }],
      securityContext,
    }),
  ).toEqual({
    text: 'seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
    fields: [
      'spec.securityContext.seccompProfile.type',
      'spec.containers[0].securityContext.seccompProfile.type',
    ],
  });
});

test('profiles and the lack of them are allowed', () => {
  const containers = [
    { name: 'a', securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
    { name: 'b', securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'x' } } },
    { name: 'c' },
  ] as const;
  expect(verdictOf(seccompProfileBaseline, 'latest', { containers })).toBe('allowed');
});

test('up to v1.18 the annotations count, of containers that exist', () => {
  const containers = [{ name: 'c' }];
  const forbidden = { annotations: { [POD]: 'unconfined', [OF_C]: '', [`${OF_C}x`]: 'unconfined' } };
  expect(verdictOf(seccompProfileBaseline, 'v1.18', { containers }, forbidden)).toEqual({
    text: `seccompProfile (forbidden annotations ${OF_C}="", ${POD}="unconfined")`,
    fields: [`metadata.annotations[${POD}]`, `metadata.annotations[${OF_C}]`],
  });
  const allowed = { annotations: { [POD]: 'docker/default', [OF_C]: 'localhost/x' } };
  expect(verdictOf(seccompProfileBaseline, 'v1.18', { containers }, allowed)).toBe('allowed');
  expect(verdictOf(seccompProfileBaseline, 'v1.19', { containers }, forbidden)).toBe('allowed');
});
