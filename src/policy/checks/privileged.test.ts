import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { privileged } from './privileged.ts';

test('a privileged container is named', () => {
  expect(
    verdictOf(privileged, 'v1.0', { containers: [{ name: 'c', securityContext: { privileged: true } }] }),
  ).toEqual({
    text: 'privileged (container "c" must not set securityContext.privileged=true)',
    fields: ['spec.containers[0].securityContext.privileged'],
  });
});

test('false is as good as nothing', () => {
  expect(
    verdictOf(privileged, 'latest', { containers: [{ name: 'c', securityContext: { privileged: false } }] }),
  ).toBe('allowed');
});
