import { expect, test } from 'vitest';
import { podOf } from '../../test/support/confine-inputs.ts';
import { containersOf } from './containers.ts';

test('containers come as init, sidecar, container, ephemeral, each with its place', () => {
  const pod = podOf({
    spec: {
      containers: [{ name: 'main' }],
      initContainers: [{ name: 'first' }, { name: 'side', restartPolicy: 'Always' }],
      ephemeralContainers: [{ name: 'debug' }],
    },
  });
  expect(containersOf(pod).map(({ type, container, path }) => [type, container.name, path])).toEqual([
    ['init', 'first', ['spec', 'initContainers', 0]],
    ['sidecar', 'side', ['spec', 'initContainers', 1]],
    ['container', 'main', ['spec', 'containers', 0]],
    ['ephemeral', 'debug', ['spec', 'ephemeralContainers', 0]],
  ]);
});
