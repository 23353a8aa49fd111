import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { windowsHostProcess } from './windows-host-process.ts';

test('pod and containers that are host processes are named', () => {
  const securityContext = { windowsOptions: { hostProcess: true } };
  expect(
    verdictOf(windowsHostProcess, 'v1.0', { containers: [{ name: 'c', securityContext }], securityContext }),
  ).toEqual({
    text: 'hostProcess (pod and container "c" must not set securityContext.windowsOptions.hostProcess=true)',
    fields: [
      'spec.securityContext.windowsOptions.hostProcess',
      'spec.containers[0].securityContext.windowsOptions.hostProcess',
    ],
  });
});

test('false is as good as nothing', () => {
  const securityContext = { windowsOptions: { hostProcess: false } };
  expect(verdictOf(windowsHostProcess, 'latest', { securityContext })).toBe('allowed');
});
