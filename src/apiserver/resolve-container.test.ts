import { expect, test } from 'vitest';
import type { Pod } from '../kube/pod.ts';
import { resolveContainer } from './resolve-container.ts';

function pod(names: readonly string[], more: Partial<Pod['spec']> = {}, annotation?: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      ...(annotation !== undefined && {
        annotations: { 'kubectl.kubernetes.io/default-container': annotation },
      }),
    },
    spec: { containers: names.map((name) => ({ name })), ...more },
  };
}

test('a container of any kind can be named', () => {
  const all = pod(['a', 'b'], { initContainers: [{ name: 'i' }], ephemeralContainers: [{ name: 'e' }] });
  expect(['a', 'i', 'e'].map((name) => resolveContainer(all, name))).toEqual(['a', 'i', 'e']);
});

test('without a name it is the default one, or the only one', () => {
  expect(resolveContainer(pod(['a', 'b'], {}, 'b'), undefined)).toBe('b');
  expect(resolveContainer(pod(['a']), '')).toBe('a');
});

test('otherwise the request is refused in the words of upstream', () => {
  expect(() => resolveContainer(pod(['a']), 'x')).toThrow('container x is not valid for pod web');
  expect(() => resolveContainer(pod(['a', 'b']), undefined)).toThrow(
    'a container name must be specified for pod web, choose one of: [a b]',
  );
  expect(() => resolveContainer(pod(['a', 'b'], { initContainers: [{ name: 'i' }] }), undefined)).toThrow(
    'choose one of: [a b] or one of the init containers: [i]',
  );
});
