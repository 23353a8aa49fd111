import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ManifestText, readManifestText } from './read-manifest-text.ts';
import { stretchesOf } from './stretches-of.ts';

const DOCUMENTS = [
  'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: i}]\n',
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: B\nspec: {a: 1}\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: |\n    ---\n    b\n  ...c: d\n',
  '# nothing\n',
  '\n\n',
  'null\n',
  'kind: [\n',
  'a: b\n...\nkind: x\n...\n# c\n',
  '%YAML 1.2\n',
  '%FOO bar\n# c\n',
  'kind: "a\n',
  '\u20ac: \u{1F600}\n',
];

const text = fc
  .tuple(
    fc.array(
      fc.tuple(fc.constantFrom(...DOCUMENTS), fc.constantFrom('---\n', '--- # c\n', '--- a\n', '...\n', '')),
    ),
    fc.constantFrom('\n', '\n', '\r\n'),
  )
  .map(([parts, lineEnd]) => parts.flat().join('').replaceAll('\n', lineEnd));

interface Place {
  readonly line: number;
  readonly column?: number;
  readonly what: unknown;
}

/** What is said of a text and where, but not in which order: problems of a whole are sorted like its documents. */
function told({ objects, problems }: ManifestText): readonly Place[] {
  return [
    ...objects.map(({ source, object, apiErrors, locate }) => ({
      line: source.line,
      what: [source.document, object, apiErrors, locate(['metadata', 'name']), locate(['data', 'a'])],
    })),
    ...problems.map(({ position, message }) => ({ ...position, line: position?.line ?? 0, what: message })),
  ];
}

describe('the stretches of a text', () => {
  it('say the same as the text read whole, wherever they are cut', () => {
    const options = { explicit: true } as const;
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 400 }), (whole, maxLength) => {
        const stretches = [...stretchesOf(whole, maxLength)];
        expect(stretches.map((it) => it.text).join('')).toBe(whole);
        const read = stretches.map((it) => readManifestText('a', it.text, { ...options, start: it.start }));
        const expected = readManifestText('a', whole, {
          ...options,
          start: { offset: 0, line: 1, document: 0 },
        });
        expect(
          read.flatMap((it) => it.objects).flatMap((object) => told({ ...NOTHING, objects: [object] })),
        ).toEqual(told({ ...expected, problems: [] }));
        expect(read.flatMap((it) => told({ ...it, objects: [] }))).toEqual(
          told({ ...expected, objects: [] }),
        );
      }),
      { numRuns: Number(process.env['PODPROOF_YAML_RUNS'] ?? 300) },
    );
  });

  it('are about as long as was asked for, and no document is cut', () => {
    const document = `---\na: ${'b'.repeat(90)}\n`;
    const lengths = [...stretchesOf(document.repeat(100), 1000)].map((it) => it.text.length);
    expect(lengths).toHaveLength(10);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1000);
    const [large] = stretchesOf(`a: ${'b'.repeat(5000)}\n`, 1000);
    expect(large?.text).toHaveLength(5004);
  });

  it('are one where documents cannot be told by their lines', () => {
    for (const whole of [
      '{"a": 1}\n---\nb\n',
      'a: 1\r---\rb: 1\n---\n',
      'a: 1\n\uFEFF---\nb: 1\n---\nc: 1\n',
    ]) {
      expect([...stretchesOf(whole, 1)]).toHaveLength(1);
    }
  });
});

const NOTHING: ManifestText = { objects: [], problems: [], skipped: [] };
