import { expect, test } from 'vitest';
import { standsForImage } from './stands-for-image.ts';

test.each([
  ['registry.example.com/web', 'registry.example.com/web:1.2', true],
  ['registry.example.com/web', 'registry.example.com/web@sha256:abc', true],
  ['registry.example.com/web:1', 'registry.example.com/web:1@sha256:abc', true],
  ['registry.example.com/web:1', 'registry.example.com/web:2', false],
  ['registry.example.com/web', 'registry.example.com/web/api:1', false],
  ['localhost:5000/web', 'localhost:5000/web', true],
  ['localhost', 'localhost:5000/web', false],
  ['nginx', 'docker.io/library/nginx:1.27', true],
  ['docker.io/team/web', 'team/web:1', true],
])('%s stands for %s: %s', (name, reference, expected) => {
  expect(standsForImage(name, reference)).toBe(expected);
});
