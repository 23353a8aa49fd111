import { describe, expect, it } from 'vitest';
import { LineIndex } from './line-index.ts';
import { offsetOf, valueOf } from './node.ts';
import { readDocuments } from './read-documents.ts';

function read(
  text: string,
  name = 'a.yaml',
): { readonly values: readonly unknown[]; readonly problems: readonly string[] } {
  const lines = new LineIndex(text);
  const { documents, problems } = readDocuments(name, text);
  return {
    values: documents.map((it) => valueOf(it.root)),
    problems: problems.map((it) => {
      const { line, column } = lines.positionOf(it.offset);
      return `${line}:${column} ${it.message}`;
    }),
  };
}

describe('YAML documents', () => {
  it('are read one by one, empty ones left out', () => {
    const { values, problems } = read('# head\n---\na: 1\n---\n# nothing\n---\n---\nb: 2\n...\n---\nc: 3\n');
    expect(problems).toEqual([]);
    expect(values).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  });

  it('may begin with empty lines', () => {
    expect(read('\n---\na: 1\n').values).toEqual([{ a: 1 }]);
    expect(read('\n\n\n---\n---\n\n---\na: 1\n').values).toEqual([{ a: 1 }]);
  });

  it('keep their directives', () => {
    const { values, problems } = read('%YAML 1.1\n---\na: 1\n...\n# next\n%TAG ! tag:x,2000:\n---\nb: 2\n');
    expect(problems).toEqual([]);
    expect(values).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('may end their lines as Windows does', () => {
    expect(read('a: 1\r\nb:\r\n  - x\r\n---\r\nc: |\r\n  t\r\n').values).toEqual([
      { a: 1, b: ['x'] },
      { c: 't\n' },
    ]);
  });

  it('have a block scalar that looks like a marker inside', () => {
    expect(read('a: |\n  ---\n  x\nb: 1\n').values).toEqual([{ a: '---\nx\n', b: 1 }]);
  });

  it('have anchors and aliases', () => {
    expect(read('a: &x {k: 1}\nb: *x\nc: [*x, *x]\n').values).toEqual([
      { a: { k: 1 }, b: { k: 1 }, c: [{ k: 1 }, { k: 1 }] },
    ]);
  });

  it('merge where the merge stands, as Kubernetes does', () => {
    const base = 'base: &b {k: 1, l: 1}\nmore: &m {k: 2, o: 2}\n';
    const merged = (text: string): unknown => Object(read(base + text).values[0]).x;
    expect(merged('x: {<<: *b, k: 3}')).toEqual({ k: 3, l: 1 });
    expect(merged('x: {k: 3, <<: *b}')).toEqual({ k: 1, l: 1 });
    expect(merged('x: {<<: [*b, *m]}')).toEqual({ k: 1, l: 1, o: 2 });
    expect(merged('x: {"<<": *b}')).toEqual({ '<<': { k: 1, l: 1 } });
  });

  it('keep a key of the prototype as a key', () => {
    const [value] = read('__proto__: {x: 1}\nconstructor: 2\n').values;
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":1},"constructor":2}');
  });

  it('turn keys into text, as Kubernetes does', () => {
    expect(read('1: a\nyes: b\n0x10: c\n').values).toEqual([{ 1: 'a', true: 'b', 16: 'c' }]);
  });
});

describe('problems of YAML', () => {
  it.each([
    ['a:\n\tb: 1\n', ['2:1 tab characters must not be used in indentation']],
    ['a: 1\nb:\n  c: 1\n  c: 2\n', ['4:3 duplicate field "b.c"']],
    ['a:\n- x: 1\n- z: 1\n  z: 2\n', ['4:3 duplicate field "a[1].z"']],
    ['a: *x\n', ['1:4 unknown anchor "x" referenced']],
    ['a: &x [*x]\n', ['1:8 anchor "x" contains itself']],
    ['a: !Ref b\n', ['1:4 unknown tag !Ref']],
    ['a: !!int b\n', ['1:4 cannot decode "b" as !!int']],
    ['a: .inf\n', ['1:4 .inf is not a number that JSON can hold']],
    ['~: 1\n', ['1:1 a key must not be null']],
    ['[1, 2]: 1\n', ['1:1 a key must be a string, not a sequence']],
    ['a: {<<: 1}\n', ['1:5 map merge requires map or sequence of maps as the value']],
  ])('%j', (text, problems) => {
    expect(read(text).problems).toEqual(problems);
  });

  it('of every document are reported', () => {
    const { values, problems } = read('a: [1\n---\nb: 1\n---\nc: 1\nc: 2\nd: "\n');
    expect(values).toEqual([{ b: 1 }]);
    expect(problems).toHaveLength(2);
    expect(read('a: 1\na: 2\na: 3\n').problems).toHaveLength(2);
  });
});

describe('a hostile document', () => {
  const laughs = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi']) {
    laughs.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(',')}]`);
  }
  const wide = `base: &b {${Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join(', ')}}\n`;

  it.each([
    ['a billion laughs', `${laughs.join('\n')}\n`, 'document contains excessive aliasing'],
    [
      'a bomb of merges',
      `${wide}${Array.from({ length: 2000 }, (_, index) => `m${index}: {<<: *b}\n`).join('')}`,
      'document contains excessive aliasing',
    ],
    [
      'one merge of a thousand aliases',
      `${wide}x: {<<: [${'*b,'.repeat(1000)}]}\n`,
      'document contains excessive aliasing',
    ],
    ['a deep document', '['.repeat(100_000), 'nesting exceeded maxDepth (500)'],
    [
      'a key of a megabyte',
      `${'k'.repeat(1_000_000)}: 1\n`,
      'a key of 1000000 characters, at most 1024 are allowed',
    ],
    [
      'an explicit key of a megabyte',
      `? ${'k'.repeat(1_000_000)}\n: 1\n`,
      'a key of 1000000 characters, at most 1024 are allowed',
    ],
    ['a million documents', '---\n'.repeat(1_000_000), 'more than 100000 documents in one file'],
    ['a null byte', 'a: \0', 'null byte is not allowed in input'],
  ])('%s is refused', (_, text, message) => {
    expect(read(text).problems.map((it) => it.replace(/^\S+ /, ''))).toContain(message);
  });
});

describe('JSON', () => {
  it('is read by its name, by its beginning, and as a stream', () => {
    expect(read('{"a": [1, -2.5e3, "\\u00e9\\n", true, null]}', 'a.json').values).toEqual([
      { a: [1, -2500, 'é\n', true, null] },
    ]);
    expect(read('{"a": 1}\n{"b": 2}').values).toEqual([{ a: 1 }, { b: 2 }]);
    expect(read('{a: 1, b: yes}').values).toEqual([{ a: 1, b: true }]);
  });

  it.each([
    ['{"a": 1,}', '1:9 expected a string in double quotes, found "}"'],
    ['{"a": 01}', "1:8 expected ',' or '}', found \"1\""],
    ["{'a': 1}", '1:2 expected a string in double quotes, found "\'"'],
    ['{"a": "\t"}', '1:7 expected a string without control characters and with an end, found "\\""'],
    ['{"a": NaN}', '1:7 expected a JSON value, found "N"'],
    ['{"a": 1e999}', '1:7 the number 1e999 is too large'],
    ['{"a"', "1:5 expected ':' after the key, found the end of the text"],
    ['[1 2]', "1:4 expected ',' or ']', found \"2\""],
    ['{"a": {"b": 1,\n "b": 2}}', '2:2 duplicate field "a.b"'],
    ['['.repeat(100_000), '1:502 nesting exceeded 500 levels'],
  ])('%j is refused', (text, problem) => {
    expect(read(text, 'a.json').problems).toEqual([problem]);
  });
});

describe('places', () => {
  it('are those of keys and items, or of the nearest ancestor', () => {
    const text = 'spec:\n  list:\n  - name: a\n  - name: b\n    flow: {x: 1}\n';
    const lines = new LineIndex(text);
    const [document] = readDocuments('a.yaml', text).documents;
    if (document === undefined) throw new Error('no document');
    const at = (...path: readonly (string | number)[]): string => {
      const { line, column } = lines.positionOf(offsetOf(document.root, path));
      return `${line}:${column}`;
    };
    expect(at()).toBe('1:1');
    expect(at('spec', 'list')).toBe('2:3');
    expect(at('spec', 'list', 1)).toBe('4:5');
    expect(at('spec', 'list', 1, 'name')).toBe('4:5');
    expect(at('spec', 'list', 1, 'flow', 'x')).toBe('5:12');
    expect(at('spec', 'list', 1, 'missing', 'deeper')).toBe('4:5');
    expect(at('nowhere')).toBe('1:1');
  });
});
