import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { procMountRestricted } from './proc-mount-restricted.ts';

const pod = {
  containers: [{ name: 'c', securityContext: { procMount: 'Unmasked' } }],
  hostUsers: false,
} as const;

test('an unmasked /proc stays forbidden in a user namespace', () => {
  expect(verdictOf(procMountRestricted, 'v1.35', pod)).toEqual({
    text: 'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    fields: ['spec.containers[0].securityContext.procMount'],
  });
});

test('the default is allowed; before v1.35 the baseline check does this work', () => {
  expect(verdictOf(procMountRestricted, 'latest', { containers: [{ name: 'c' }] })).toBe('allowed');
  expect(verdictOf(procMountRestricted, 'v1.34', pod)).toBe('not evaluated');
});
