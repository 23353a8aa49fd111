import { expect, test } from 'vitest';
import { defaultPullPolicy } from './default-pull-policy.ts';

test.each([
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['localhost:5000/nginx', 'Always'],
  ['nginx:1.27', 'IfNotPresent'],
  ['localhost:5000/nginx:1.27', 'IfNotPresent'],
  [`nginx@sha256:${'0'.repeat(64)}`, 'IfNotPresent'],
])('%s is pulled %s', (reference, policy) => {
  expect(defaultPullPolicy(reference)).toBe(policy);
});
