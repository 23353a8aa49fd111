import { expect, test } from 'vitest';
import { readComposeDocument } from './compose-document.ts';
import { type ExtendedServices, extendServices } from './extend-services.ts';
import type { NeighbourFiles } from './neighbour-files.ts';

const none: NeighbourFiles = { read: () => ({ problem: 'no such file', isMissing: true }) };

function extend(services: readonly string[]): ExtendedServices {
  const { document } = readComposeDocument('compose.yaml', `services:\n${services.join('\n')}\n`, new Map());
  if (document === undefined) throw new Error('no document');
  return extendServices(document, none, new Map());
}

test('of very many services the first are judged, and that there are more is told', () => {
  const { services, problems } = extend(
    Array.from({ length: 10_050 }, (_, index) => `  s${index}: {image: a}`),
  );
  expect(services).toHaveLength(10_000);
  expect(problems).toEqual([
    { offset: expect.any(Number), message: 'more than 10000 services in one file: the rest is not checked' },
  ]);
});

test('services that extend each other in a row of thousands', () => {
  const row = Array.from({ length: 3000 }, (_, index) => `  s${index}: {image: a, extends: s${index + 1}}`);
  const { services, problems } = extend([...row, '  s3000: {image: a}']);
  expect(services).toHaveLength(3001);
  expect(problems[0]?.message).toMatch(/extends more than 50 others/);
});

test('a service that copies itself through a thousand others is refused, once', () => {
  const values = Array.from({ length: 3000 }, (_, index) => `V${index}=x`).join(', ');
  const copies = Array.from({ length: 1000 }, (_, index) => `  s${index}: {image: a, extends: base}`);
  const { problems } = extend([`  base: {image: a, environment: [${values}]}`, ...copies]);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/too much is extended$/)]);
});
