import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageOfDockerfile } from './image-of-dockerfile.ts';
import { judgeDockerfile } from './judge-dockerfile.ts';
import { type ReadDockerfile, readDockerfile } from './read-dockerfile.ts';

function judged(text: string): ReadDockerfile {
  const read = readDockerfile('Dockerfile', text, { buildArgs: { A: '1' } });
  if (read.ok) {
    judgeDockerfile(read.dockerfile, undefined);
    imageOfDockerfile(read.dockerfile, undefined);
  }
  return read;
}

function messageOf(text: string): string | undefined {
  const read = judged(text);
  return read.ok ? undefined : read.problems[0]?.message;
}

const from = 'FROM scratch\n';

describe('what a stranger may send takes no time', { timeout: 30_000 }, () => {
  test.each<[string, string]>([
    ['100,000 instructions', from + 'USER 5\n'.repeat(100_000)],
    [
      '30,000 variables',
      from +
        Array.from({ length: 30_000 }, (_, i) => `ENV V${i}=$V${i - 1}x\n`)
          .join('')
          .replaceAll('$V', '$W'),
    ],
    [
      '10,000 stages, each from the one before',
      `FROM scratch AS s0\n${Array.from({ length: 10_000 }, (_, i) => `FROM s${i} AS s${i + 1}\n# x\nONBUILD USER ${i}\n`).join('')}`,
    ],
    ['10,000 stages of one name', 'FROM scratch AS a\n'.repeat(10_000)],
    ['a line of a megabyte in pieces', `${from}ENV A="${'x y \\\n'.repeat(200_000)}"\n`],
    ['200,000 flags', `${from}COPY ${'--a=b \\\n'.repeat(200_000)} a b\n`],
    ['200,000 flags behind the last one', `${from}COPY -- ${'--a=b \\\n'.repeat(200_000)} a b\n`],
    ['an array of 200,000', `${from}CMD [${'"a",\\\n'.repeat(200_000)}"b"]\n`],
    ['arrays in arrays', `${from}CMD ${'[\\\n'.repeat(200_000)}\n`],
    ['escapes and spaces', `${from}RUN ${`${'\\ '.repeat(30_000)}\\\n`.repeat(10)}x\n`],
    ['ONBUILD of ONBUILD', `${from}${'ONBUILD '.repeat(8000)}USER 5\n`],
    ['here-documents that are never ended', `${from}RUN ${'<<A '.repeat(10_000)}\n`],
    ['dollars', `${from}ENV A=${'$A$'.repeat(20_000)}\n`],
    ['braces in braces', `${from}USER ${'${A:-'.repeat(10_000)}${'}'.repeat(10_000)}\n`],
    ['stars', `${from}ENV A=${'a'.repeat(60_000)}\nUSER \${A##${'*a'.repeat(20_000)}*b}\n`],
    [
      'a star for every letter',
      `${from}ENV A=${'a'.repeat(30_000)}\nUSER \${A//${'?'.repeat(30_000)}*b/x}\n`,
    ],
    ['all ports, often', from + 'EXPOSE 0-65535\n'.repeat(200)],
    ['a shell script of a megabyte', `${from}RUN useradd ${'-u 1 a && useradd \\\n'.repeat(20_000)}\n`],
    ['comments', from + '#\n'.repeat(500_000)],
    ['colons and digits', `FROM ${'a/'.repeat(30_000)}\n`],
    ['dashes', `FROM ${'a-'.repeat(30_000)}\n`],
    ['chmod', `${from}COPY --chmod=${'u+'.repeat(20_000)} a b\n`],
  ])('%s', (_, text) => {
    // Not by the clock on the wall: others have the machine too.
    const started = process.cpuUsage();
    judged(text);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(4000);
  });

  test('a value that doubles with every line is refused', () => {
    const text = `${from}ENV A=xxxxxxxxxxxxxxxx\n${'ENV A=$A$A\n'.repeat(200)}USER $A\n`;
    expect(messageOf(text)).toBe('a value grows beyond 131072 characters');
    const pairs = Array.from({ length: 60 }, (_, i) => `ARG V${i + 1}=$V${i}$V${i}\n`).join('');
    expect(messageOf(`ARG V0=xxxx\n${pairs}FROM scratch\n`)).toBe('a value grows beyond 131072 characters');
  });

  test('many long values are refused together', () => {
    const text = `${from}ENV A=${'x'.repeat(60_000)}\nENV B=$A$A\n${'ENV C=$B\n'.repeat(100)}`;
    expect(messageOf(text)).toMatch(/^its values and port ranges together grow beyond/);
  });

  test('a line that BuildKit would not take is refused', () => {
    expect(messageOf(`${from}RUN ${'x'.repeat(70_000)}\n`)).toBe(
      'dockerfile line greater than max allowed size of 65535',
    );
  });

  test('names of members that all objects have are names', () => {
    const text = `${from}ENV __proto__=a constructor=b\nLABEL __proto__=c\nUSER $constructor\n`;
    const read = judged(text);
    if (!read.ok) throw new Error('refused');
    const { config = {} } = imageOfDockerfile(read.dockerfile, undefined)?.config ?? {};
    expect(config.User).toBe('b');
    expect(Object.entries(config.Labels ?? {})).toEqual([['__proto__', 'c']]);
    expect(Object.getPrototypeOf(config.Labels)).toBe(Object.prototype);
  });
});

describe('what nobody has thought of', { timeout: 30_000 }, () => {
  const pieces = fc.constantFrom(
    'FROM scratch',
    'FROM a AS b',
    'FROM b',
    'USER ',
    'ENV ',
    'ARG ',
    'A=',
    '$A',
    '${A',
    ':-',
    ':+',
    '##',
    '%',
    '//',
    '}',
    'ONBUILD ',
    'RUN ',
    'COPY --from=b ',
    'EXPOSE ',
    'CMD ["x"',
    ']',
    '<<EOF',
    'EOF',
    '"',
    "'",
    '\\',
    '\\\n',
    '`',
    '# escape=`',
    '#',
    '\n',
    '\r\n',
    ' ',
    '\t',
    'useradd -u 5 app',
    ' && ',
    '|| ',
    '80-90/udp',
    'HEALTHCHECK --x ',
    'SHELL ',
    '\ufeff',
    '\u00a0',
    '\u2028',
    '😀',
    '=',
    ',',
    '--',
    '0',
  );
  const dockerfiles = fc.array(fc.oneof({ arbitrary: pieces, weight: 9 }, fc.string()), { maxLength: 40 });

  test('is read or refused, and never throws', () => {
    fc.assert(
      fc.property(dockerfiles, (texts) => {
        judged(texts.join(''));
        judged(`FROM scratch\n${texts.join('')}`);
      }),
      { numRuns: 1000 },
    );
  });
});
