import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { hostPorts } from './host-ports.ts';

test('ports are sorted as texts, each once', () => {
  expect(
    verdictOf(hostPorts, 'v1.0', {
      containers: [
        {
          name: 'a',
          ports: [
            { containerPort: 1 },
            { containerPort: 9, hostPort: 9 },
            { containerPort: 1, hostPort: 10 },
          ],
        },
        { name: 'b', ports: [{ containerPort: 9, hostPort: 9 }] },
      ],
    }),
  ).toEqual({
    text: 'hostPort (containers "a", "b" use hostPorts 10, 9)',
    fields: [
      'spec.containers[0].ports[1].hostPort',
      'spec.containers[0].ports[2].hostPort',
      'spec.containers[1].ports[0].hostPort',
    ],
  });
});

test('one container uses one port', () => {
  const containers = [{ name: 'a', ports: [{ containerPort: 80, hostPort: 80 }] }];
  expect(verdictOf(hostPorts, 'latest', { containers })).toMatchObject({
    text: 'hostPort (container "a" uses hostPort 80)',
  });
});

test('0 is as good as nothing', () => {
  expect(
    verdictOf(hostPorts, 'latest', {
      containers: [{ name: 'a', ports: [{ containerPort: 80, hostPort: 0 }] }],
    }),
  ).toBe('allowed');
});
