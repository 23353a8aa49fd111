import { expect, test } from 'vitest';
import { podOf } from '../../test/support/confine-inputs.ts';
import { containersOf } from './containers.ts';
import { perPod } from './per-pod.ts';
import { typicalPlatform } from './platform.ts';

const platform = typicalPlatform('containerd');

test('all containers of a pod share one answer, and the next pod has its own', () => {
  const asked: string[] = [];
  const nameOf = perPod(({ metadata }) => {
    asked.push(metadata.name ?? '');
    return { name: metadata.name };
  });
  const spec = { containers: [{ name: 'a' }, { name: 'b' }] };
  for (const name of ['one', 'two', 'one']) {
    const pod = podOf({ spec, metadata: { name } });
    const [first, second] = containersOf(pod).map(() => nameOf(pod, platform));
    expect(first).toBe(second);
    expect(first?.name).toBe(name);
  }
  expect(asked).toEqual(['one', 'two', 'one']);
});

test('another node is another question', () => {
  const profileOf = perPod((_, { profile }) => profile);
  const pod = podOf();
  expect([profileOf(pod, platform), profileOf(pod, typicalPlatform('cri-o'))]).toEqual([
    'containerd',
    'cri-o',
  ]);
});
