import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import { valueOf } from './node.ts';
import { readDocuments } from './read-documents.ts';
import { readManifests } from './read-manifests.ts';
import { workloadsOf } from './workloads.ts';

/** Resolves to the set's size, or to nothing when the text is refused; any other error fails the test. */
async function readText(text: string): Promise<number | undefined> {
  try {
    const set = await readManifests(['-'], { stdin: Readable.from([Buffer.from(text, 'utf8')]) });
    workloadsOf(set, { templatePath: 'spec' });
    return set.objects.length;
  } catch (error) {
    if (error instanceof PodproofError) return undefined;
    throw error;
  }
}

const key = fc.string({ unit: 'grapheme', maxLength: 40 });
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((it) => (Object.is(it, -0) ? 0 : it)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
})).value;

/** Pieces that mean something to YAML, thrown together. */
const PIECES = 'a spec : - ? &x *x << !!str ! | > \' " { } [ ] , # 0400 yes ~ \\x kind Pod'.split(' ');
const BREAKS = [
  ' ',
  '  ',
  '\n',
  '\r\n',
  '\t',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  ': ',
  '- ',
  '\u2028',
  '\u{1F600}',
];
const soup = fc.array(fc.constantFrom(...PIECES, ...BREAKS), { maxLength: 60 }).map((it) => it.join(''));

const FIELDS = [
  'metadata',
  'spec',
  'template',
  'containers',
  'securityContext',
  'volumes',
  'name',
  'image',
  'capabilities',
  'ports',
];
const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom('x', '', 1, -1, true, null, '128Mi', [], {}),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('node'), { maxKeys: 4 }),
  ),
})).node;

describe('any manifest', () => {
  it('of JSON comes back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(key, json), (value) => {
        const text = JSON.stringify(value);
        const { documents, problems } = readDocuments('a.json', text);
        expect(problems).toEqual([]);
        expect(JSON.stringify(documents.map((it) => valueOf(it.root)))).toBe(`[${text}]`);
      }),
    );
  });

  it('of YAML comes back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(key, json, { minKeys: 1 }), (value) => {
        const { documents, problems } = readDocuments('a.yaml', dump(value));
        expect(problems).toEqual([]);
        expect(documents.map((it) => valueOf(it.root))).toEqual([value]);
      }),
    );
  });

  it('of nonsense is read or refused, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(soup, async (text) => {
        await readText(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('of a known kind with any fields is read or refused, and nothing else', async () => {
    const kinds = [
      'v1 Pod',
      'apps/v1 Deployment',
      'apps/v1 StatefulSet',
      'batch/v1 CronJob',
      'v1 Secret',
      'x.io/v1 Thing',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kinds), tree, tree, async (type, metadata, spec) => {
        const [apiVersion, kind] = type.split(' ');
        await readText(JSON.stringify({ apiVersion, kind, metadata, spec, data: spec }));
      }),
      { numRuns: 1000 },
    );
  });

  it('of bytes is read or refused, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const stdin = Readable.from([Buffer.from(bytes)]);
        await expect(readManifests(['-'], { stdin })).rejects.toBeInstanceOf(PodproofError);
      }),
      { numRuns: 500 },
    );
  });
});
