import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SERVICE_FIELDS } from './fields/service-fields.ts';
import type { NeighbourFiles } from './neighbour-files.ts';
import { readCompose } from './read-compose.ts';

const files: NeighbourFiles = { read: () => ({ problem: 'no such file', isMissing: true }) };

const word = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'host',
    'a:b:c',
    '1000:1000',
    '${A:-b}',
    '$',
    '1m30s',
    '80-90:80-90/udp',
    '__proto__',
    '/a:/b:ro',
  ),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(word, tie('any'), { maxKeys: 4 }),
  ),
  leaf: fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
})).any;

/** Flow mappings of JSON are YAML; a key named twice cannot come of a dictionary. */
function check(text: string): void {
  const { workloads, problems } = readCompose('compose.yaml', text, { files });
  for (const workload of workloads) {
    for (const { path } of workload.findings) expect(workload.locate(path).line).toBeGreaterThan(0);
    expect(workload.pod.spec.containers).toHaveLength(1);
  }
  for (const { line } of problems) expect(line).toBeGreaterThan(0);
}

test('whatever stands at the fields of a service, it is read to its end', () => {
  const field = fc.constantFrom(...SERVICE_FIELDS.keys());
  fc.assert(
    fc.property(fc.dictionary(field, value, { maxKeys: 8 }), (service) => {
      check(JSON.stringify({ services: { web: service } }));
    }),
    { numRuns: 400 },
  );
});

test('whatever the file is, it is read to its end', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        value.map((it) => JSON.stringify(it) ?? ''),
      ),
      (text) => check(text),
    ),
    { numRuns: 300 },
  );
});

const SAMPLE = `x-a: &a {user: "1000", cap_drop: [ALL]}
services:
  web:
    <<: *a
    image: "nginx:\${TAG:-1}"
    volumes: ["./a:/b:ro", {type: bind, source: /, target: /x}]
    extends: {service: db}
  db: {image: db, ports: ["80:80"], environment: {A: b}}
`;

test('a file that lost or gained a few letters is read to its end', () => {
  const edit = fc.tuple(fc.nat(SAMPLE.length), fc.nat(8), fc.string({ maxLength: 6 }));
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 4 }), (edits) => {
      let text = SAMPLE;
      for (const [at, length, put] of edits) text = text.slice(0, at) + put + text.slice(at + length);
      check(text);
    }),
    { numRuns: 400 },
  );
});
