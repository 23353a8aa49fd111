import { expect, test } from 'vitest';
import { parseDotEnv } from './dot-env.ts';

test('values, quotes, comments, and variables that were set above', () => {
  const text = `# a comment
PLAIN=one two   # behind
export EXPORTED=yes
EMPTY=
HASH=a#b
SINGLE='$PLAIN \\n' # behind
DOUBLE="$PLAIN\\n\\"quoted\\" \\$PLAIN"
  INDENTED = \${PLAIN:-none}
YAML: style
no statement
LINES="first
second"
LAST=end`;
  expect(Object.fromEntries(parseDotEnv(text))).toEqual({
    PLAIN: 'one two',
    EXPORTED: 'yes',
    EMPTY: '',
    HASH: 'a#b',
    SINGLE: '$PLAIN \\n',
    DOUBLE: 'one two\n"quoted" $PLAIN',
    INDENTED: 'one two',
    YAML: 'style',
    LINES: 'first\nsecond',
    LAST: 'end',
  });
});

test('values that double each other end', () => {
  const lines = Array.from({ length: 200 }, (_, index) => `V${index + 1}=$V${index}$V${index}`);
  const values = parseDotEnv(['V0=xxxxxxxx', ...lines].join('\n'));
  expect(Math.max(...[...values.values()].map((value) => value.length))).toBeLessThanOrEqual(64 * 1024);
});

test.each(['="', '"', "A='", '\0', 'A'.repeat(100_000), '#', '=', 'A="\\'])(
  '%j is read without an end',
  (text) => {
    expect(() => parseDotEnv(text)).not.toThrow();
  },
);
