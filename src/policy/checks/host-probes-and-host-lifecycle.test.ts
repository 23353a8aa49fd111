import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import type { PodSpec } from '../../kube/pod.ts';
import { hostProbesAndHostLifecycle } from './host-probes-and-host-lifecycle.ts';

test('hosts of probes and hooks are named, containers and hosts sorted', () => {
  expect(
    verdictOf(hostProbesAndHostLifecycle, 'v1.34', {
      containers: [
        {
          name: 'b',
          livenessProbe: { httpGet: { port: 80, host: '2.2.2.2' } },
          startupProbe: { tcpSocket: { port: 80, host: '1.1.1.1' } },
        },
        { name: 'a', lifecycle: { preStop: { httpGet: { port: 80, host: '1.1.1.1' } } } },
      ],
    }),
  ).toEqual({
    text: 'probe or lifecycle host (containers "a", "b" use probe or lifecycle hosts "1.1.1.1", "2.2.2.2")',
    fields: [
      'spec.containers[0].livenessProbe.httpGet.host',
      'spec.containers[0].startupProbe.tcpSocket.host',
      'spec.containers[1].lifecycle.preStop.httpGet.host',
    ],
  });
});

test('one container uses one host', () => {
  const containers = [{ name: 'a', readinessProbe: { httpGet: { port: 80, host: '127.0.0.1' } } }];
  expect(verdictOf(hostProbesAndHostLifecycle, 'latest', { containers })).toMatchObject({
    text: 'probe or lifecycle host (container "a" uses probe or lifecycle host "127.0.0.1")',
  });
});

const probe = (host: string): Partial<PodSpec> => ({
  containers: [{ name: 'a', livenessProbe: { httpGet: { port: 80, host } } }],
});

test('probes without a host are allowed, and before v1.34 every host is', () => {
  expect(verdictOf(hostProbesAndHostLifecycle, 'v1.34', probe(''))).toBe('allowed');
  expect(verdictOf(hostProbesAndHostLifecycle, 'v1.33', probe('1.1.1.1'))).toBe('not evaluated');
});
