import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { procMountBaseline } from './proc-mount-baseline.ts';

const unmasked = { containers: [{ name: 'c', securityContext: { procMount: 'Unmasked' } }] } as const;

test('an unmasked /proc is forbidden', () => {
  expect(verdictOf(procMountBaseline, 'v1.0', unmasked)).toEqual({
    text: 'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    fields: ['spec.containers[0].securityContext.procMount'],
  });
});

test('Default is allowed', () => {
  const containers = [{ name: 'c', securityContext: { procMount: 'Default' } }] as const;
  expect(verdictOf(procMountBaseline, 'latest', { containers })).toBe('allowed');
});

test('a user namespace makes it allowed from v1.35', () => {
  const pod = { ...unmasked, hostUsers: false };
  expect(verdictOf(procMountBaseline, 'v1.34', pod)).toMatchObject({
    text: expect.stringContaining('procMount'),
  });
  expect(verdictOf(procMountBaseline, 'v1.35', pod)).toBe('allowed');
});
