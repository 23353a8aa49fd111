import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { capabilitiesBaseline } from './capabilities-baseline.ts';

test('capabilities beyond the default set are named, NET_RAW and prefixed names among them', () => {
  expect(
    verdictOf(capabilitiesBaseline, 'v1.0', {
      initContainers: [{ name: 'i', securityContext: { capabilities: { add: ['NET_RAW'] } } }],
      containers: [
        { name: 'c', securityContext: { capabilities: { add: ['CHOWN', 'CAP_CHOWN', 'NET_RAW'] } } },
      ],
    }),
  ).toEqual({
    text: 'non-default capabilities (containers "i", "c" must not include "CAP_CHOWN", "NET_RAW" in securityContext.capabilities.add)',
    fields: [
      'spec.initContainers[0].securityContext.capabilities.add[0]',
      'spec.containers[0].securityContext.capabilities.add[1]',
      'spec.containers[0].securityContext.capabilities.add[2]',
    ],
  });
});

test('the default set may be added', () => {
  const add = [
    'AUDIT_WRITE',
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'MKNOD',
    'NET_BIND_SERVICE',
  ];
  const more = ['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'];
  const containers = [{ name: 'c', securityContext: { capabilities: { add: [...add, ...more] } } }];
  expect(verdictOf(capabilitiesBaseline, 'latest', { containers })).toBe('allowed');
});
