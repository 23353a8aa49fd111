import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { hostNamespaces } from './host-namespaces.ts';

test('each shared namespace is named', () => {
  expect(verdictOf(hostNamespaces, 'v1.0', { hostNetwork: true, hostPID: true, hostIPC: true })).toEqual({
    text: 'host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)',
    fields: ['spec.hostNetwork', 'spec.hostPID', 'spec.hostIPC'],
  });
});

test('false is as good as nothing', () => {
  expect(verdictOf(hostNamespaces, 'latest', { hostNetwork: false, hostPID: false })).toBe('allowed');
});
