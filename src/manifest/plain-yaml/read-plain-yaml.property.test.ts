import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { valueOf } from '../node.ts';
import { nodesOf } from '../nodes-of.ts';
import { composeYaml } from '../yaml-document.ts';
import { readPlainYaml } from './read-plain-yaml.ts';

/** A cheap number for CI; more when somebody asks. */
const RUNS = Number(process.env['PODPROOF_YAML_RUNS'] ?? 2500);

const FIXTURES = resolve(import.meta.dirname, '../../../../shared/fixtures/pss');

/** Throws unless the plain reader says what `composeYaml` says, or nothing. Returns whether it said something. */
function agree(text: string): boolean {
  const plain = readPlainYaml(text, 0, text.length);
  if (plain === undefined) return false;
  const composed = composeYaml(text, 0);
  const [document] = composed;
  const isSame =
    composed.length === 1 &&
    document?.root !== undefined &&
    document.problems.length === 0 &&
    isDeepStrictEqual(nodesOf(plain.value, plain.offsets), document.root) &&
    // The order of keys, too.
    JSON.stringify(plain.value) === JSON.stringify(valueOf(document.root));
  if (!isSame) expect(plain).toEqual(composed);
  return true;
}

const POD = `# a pod
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  labels: {app: web, "a/b": 'c'}
  annotations:
    note: "it's \\"quoted\\"\\n"  # really
spec:
  hostNetwork: no
  containers:
  - name: c
    image: registry.example.com:5000/team/web:1.2
    args: ["--flag", -x, 10, 0x10, 1_000, ~, yes]
    command:
      - sh
      - -c
      - |
        echo hello
          world

        exit
      - >-
        folded
        text
    resources: {limits: {cpu: 100m, memory: 128Mi}}
    ports:
    - containerPort: 8080
      protocol: TCP
      hostIP: ::1
    -
      containerPort: 0
    securityContext:
      runAsUser: 1000
  volumes: []
`;

const OTHER = `- - a
  - b: 1
    c:
    - x
  -
- {}
- "k": v
  'l': w
- key with spaces: value with spaces   # and a comment
  .dot: .5
  $x: (y)
  url: http://a.b:80/c#d

- last:
`;

const WINDOWS = POD.slice(0, 500).replaceAll('\n', '\r\n');

const seeds: readonly string[] = [POD, OTHER, WINDOWS, `---\n${POD}`, ...fixtureTexts()];

/** Some of upstream's pods, when they are at hand. */
function fixtureTexts(): readonly string[] {
  if (!existsSync(FIXTURES)) return [];
  const files = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((it) =>
    it.endsWith('.yaml'),
  );
  return files.filter((_, index) => index % 20 === 0).map((it) => readFileSync(join(FIXTURES, it), 'utf8'));
}

const PIECES: readonly string[] = [
  ..." |  |\n|\n  |\n- |: |:|- |-|#| #|'|''|\"|\\|\\n|\\x41|[|]|{|}|,|, |a|key|key: |?|? |!|!!str |&a |*a|%|@|`|<<: |<|>|>-|+|2|\t".split(
    '|',
  ),
  '|',
  '|-',
  '|+',
  '|\n  x\n',
  '---',
  '---\n',
  '\n---\n',
  '...',
  '\n...\n',
  '\r\n',
  '\r',
  '\u0085',
  '\u2028',
  '\uFEFF',
  '\u00e9',
  '\u{1F600}',
  '\ud800',
  '\u0000',
  '\u0007',
  '\u00a0',
  '\u007f',
  '.',
  '-1',
  '0',
  '08',
  '1e3',
  '.inf',
  '.nan',
  '~',
  'null',
  'yes',
  'on',
  'True',
  '2001-01-01',
  '12:30',
  '0o17',
  '1_0',
  'constructor',
  '__proto__',
  '=',
  '/',
  '(',
  '\n\n',
  '    ',
  '# c\n',
  '\n # c\n',
  '"a": b',
  '::1',
  ':a',
  '[a, b]',
  '{a: b}',
  '{a: b, a: c}',
  'k'.repeat(1030),
];

const piece = fc.constantFrom(...PIECES);

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
}

/** Positions are parts of a whole, so that an edit fits any text. */
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(30)),
  put: fc.oneof(
    piece,
    fc.constant(''),
    fc.array(piece, { maxLength: 4 }).map((it) => it.join('')),
  ),
});

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((result, { at, drop, put }) => {
    const from = Math.floor(at * result.length);
    return result.slice(0, from) + put + result.slice(from + drop);
  }, text);
}

/** A part of a text, from one line to another. */
const part = fc
  .tuple(fc.constantFrom(...seeds), fc.nat(), fc.integer({ min: 1, max: 12 }))
  .map(([text, from, count]) => {
    const lines = text.split('\n');
    const first = from % lines.length;
    return `${lines.slice(first, first + count).join('\n')}\n`;
  });

const mutated = fc
  .tuple(fc.oneof(part, fc.constantFrom(...seeds)), fc.array(edit, { maxLength: 4 }))
  .map(([text, edits]) => edited(text, edits));

/** Lines at random columns, made of what lines are made of. */
const line = fc
  .tuple(
    fc.constantFrom('', '', '  ', '  ', '    ', ' ', '   ', '      '),
    fc.constantFrom('', '', '', '- ', '- - ', '-   ', '-'),
    fc.constantFrom('', 'a', 'b', 'c', 'd', '"e"', "'f'", 'g h', '1', 'yes', '.x', '-k', 'constructor'),
    fc.constantFrom(':', ': ', ': ', ': ', ':  ', '', ' : '),
    fc.oneof(
      fc.constantFrom(
        '',
        '',
        'x',
        'x y',
        '1',
        '-1',
        '"q"',
        "'s'",
        '|',
        '>',
        '|-',
        '>+',
        '[]',
        '{}',
        '[a, "b"]',
      ),
      fc.constantFrom(
        '{a: 1, b: [c]}',
        '&a',
        '*a',
        '!!str',
        '~',
        'no',
        '0x1',
        '1.5',
        '- x',
        '# c',
        'a#b',
        'a: b',
      ),
      piece,
    ),
    fc.constantFrom('', '', '', '', ' ', ' # c', '#', ' x'),
  )
  .map((parts) => parts.join(''));
const lines = fc.array(line, { maxLength: 9 }).map((it) => it.join('\n'));

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.array(piece, { maxLength: 3 }).map((it) => it.join('')),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('value'), { maxKeys: 4 }),
  ),
})).value;
const dumped = fc
  .tuple(value, fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.integer({ min: -1, max: 3 }))
  .map(([it, indent, seqNoIndent, flowLevel]) => dump(it, { indent, seqNoIndent, flowLevel, lineWidth: -1 }));

describe('the reader for plain YAML', () => {
  it.each([POD, OTHER, WINDOWS])('reads what manifests are made of', (text) => {
    expect(agree(text)).toBe(true);
  });

  it('reads each of the fixtures, when they are there', () => {
    for (const text of fixtureTexts()) expect(agree(text)).toBe(true);
  });

  it('says what js-yaml says, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, mutated, lines, dumped), (text) => void agree(text)),
      { numRuns: RUNS },
    );
  });
});
