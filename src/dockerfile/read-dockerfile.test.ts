import { describe, expect, test } from 'vitest';
import { baseReferenceOf } from './base-reference.ts';
import type { DockerfileOptions, ParsedDockerfile } from './parsed-dockerfile.ts';
import { readDockerfile } from './read-dockerfile.ts';

function read(text: string, options: Partial<DockerfileOptions> = {}): ParsedDockerfile {
  const result = readDockerfile('Dockerfile', text, { buildArgs: {}, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.dockerfile;
}

function problemsOf(text: string, options: Partial<DockerfileOptions> = {}): readonly string[] {
  const result = readDockerfile('Dockerfile', text, { buildArgs: {}, ...options });
  return result.ok
    ? []
    : result.problems.map(({ line, column, message, advice }) =>
        [`${line}:${column} ${message}`, advice].filter((it) => it !== undefined).join(' | '),
      );
}

function keywordsOf(text: string): readonly string[] {
  const { stages, target } = read(text);
  return stages[target]?.instructions.map(({ keyword, rest }) => `${keyword} ${rest}`) ?? [];
}

describe('instructions', () => {
  test('a here-document that looks like instructions is none', () => {
    const text = 'FROM a\nRUN <<EOF\nUSER root\nFROM b\nEOF\nUSER 5\n';
    expect(keywordsOf(text)).toEqual(['RUN <<EOF', 'USER 5']);
  });

  test.each([
    ['a space before its name', 'RUN cat << EOF > /x\nUSER root\nEOF\nUSER 5'],
    ['a file descriptor', 'RUN cat 3<<EOF\nUSER root\nEOF\nUSER 5'],
    ['quotes', 'RUN cat <<"EOF"\nUSER root\nEOF\nUSER 5'],
    ['tabs before its end', 'RUN cat <<-EOF\nUSER root\n\tEOF\nUSER 5'],
    ['another one behind it', 'COPY <<A <<B /x/\nUSER root\nA\nUSER root\nB\nUSER 5'],
    ['ONBUILD before it', 'ONBUILD RUN <<EOF\nUSER root\nEOF\nUSER 5'],
    ['CRLF', 'RUN <<EOF\r\nUSER root\r\nEOF\r\nUSER 5'],
  ])('a here-document with %s', (_, text) => {
    expect(keywordsOf(`FROM a\n${text}\n`).filter((it) => it.startsWith('USER'))).toEqual(['USER 5']);
  });

  test.each([
    ['a tab that is not to be there', 'RUN cat <<EOF\n\tEOF\nEOF\nUSER 5'],
    ['quotes around the operator', 'RUN echo "<<EOF"\nUSER 5'],
    ['an array', 'RUN ["cat", "<<EOF"]\nUSER 5'],
    ['another instruction', 'CMD cat <<EOF\nUSER 5'],
    ['a here-string', 'RUN cat <<<EOF\nUSER 5'],
    ['an apostrophe that is never closed', "RUN echo it's <<EOF\nUSER 5"],
  ])('no here-document ends or begins by %s', (_, text) => {
    expect(keywordsOf(`FROM a\n${text}\n`).at(-1)).toBe('USER 5');
  });

  test('an escaped backslash at the end continues nothing', () => {
    expect(keywordsOf('FROM a\nRUN echo \\\\\nUSER 5\n').at(-1)).toBe('USER 5');
  });

  test('a directive that BuildKit does not know ends the directives', () => {
    expect(keywordsOf('# foo=bar\n# escape=`\nFROM a\nRUN x \\\nUSER 5\n')).toEqual(['RUN x USER 5']);
  });

  test('lines and columns are those of the file', () => {
    const [stage] = read('# c\n\nFROM a\n  USER \\\n# c\n   app\nRUN <<E\nx\nE\n').stages;
    const [user, run] = stage?.instructions ?? [];
    expect(user).toMatchObject({ line: 4, column: 3, restLine: 6, restColumn: 4, endLine: 6 });
    expect(run).toMatchObject({ line: 7, endLine: 9 });
  });
});

describe('what BuildKit refuses', () => {
  test.each([
    ['FROM a\nUSR 5\n', ['2:1 unknown instruction: USR | did you mean USER?']],
    ['FROM a\nUSER\n', ['2:1 USER requires exactly one argument']],
    ['FROM a\n  COPY --form=x a b\n', ['2:3 unknown flag: --form | did you mean --from?']],
    ['FROM a b\n', ['1:1 FROM requires either one or three arguments']],
    [
      'FROM a AS 1b\n',
      [`1:1 invalid name for build stage: "1b", name can't start with a number or contain symbols`],
    ],
    ['FROM a\nENV A\n', ['2:1 ENV must have two arguments']],
    [
      'FROM a\nCMD ["a", 1]\n',
      ['2:1 when using JSON array syntax, arrays must be comprised of strings only'],
    ],
    ['FROM a\nONBUILD FROM b\n', ["2:1 FROM isn't allowed as an ONBUILD trigger"]],
    ['FROM a\nSHELL bash\n', ['2:1 SHELL requires the arguments to be in JSON form']],
    ['USER 5\nFROM a\n', ['1:1 no build stage in current context: USER stands before the first FROM']],
    ['# escape=x\nFROM a\n', ["1:undefined invalid escape token 'x' does not match ` or \\"]],
    ['# escape=`\n# escape=\\\nFROM a\n', ['2:undefined only one escape parser directive can be used']],
    [
      'FROM a\nRUN <<EOF\nUSER 5\n',
      ['2:undefined unterminated heredoc | end it with a line that is only  EOF'],
    ],
    ['FROM a\nUSER ${A\n', ["2:1 syntax error: missing '}'"]],
    ['FROM a\nUSER ${A^}\n', ['2:1 unsupported modifier (^) in substitution']],
    ['', ['undefined:undefined file with no instructions']],
    ['ARG A=1\n', ['undefined:undefined dockerfile contains no stages to build']],
    ['FROM a\nUSER \0\n', ['undefined:undefined it holds a NUL character: it is not text']],
  ])('%j', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test.each([
    ['FROM a AS x\nCOPY --from=x a b\n', 'circular dependency detected on stage: x'],
    ['FROM a\nCOPY --from=1 a b\nFROM c\nCOPY --from=0 a b\nFROM b\n', undefined],
    [
      'FROM a AS x\nCOPY --from=y a b\nFROM c AS y\nFROM x\n',
      'cannot copy from stage "y", it needs to be defined before current stage "x"',
    ],
    ['FROM a\nCOPY --from=7 a b\n', 'invalid stage index 7'],
    [
      'ARG S=x\nFROM a\nCOPY --from=$S a b\n',
      'variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround',
    ],
    ['FROM a\nCOPY --from=busybox a b\n', undefined],
  ])('a source of COPY: %j', (text, message) => {
    const result = readDockerfile('Dockerfile', text, { buildArgs: {} });
    expect(result.ok ? undefined : result.problems[0]?.message).toBe(message);
  });

  test('all of what is wrong is told at once', () => {
    expect(problemsOf('FROM a\nUSR 5\nWORKDIR\n')).toHaveLength(2);
  });

  test('an argument of FROM without a value, with the way to give it one', () => {
    expect(problemsOf('ARG BASE\nFROM $BASE\n')).toEqual([
      '2:1 base name ($BASE) should not be blank | give it a default above the first FROM, or  --build-arg BASE=...',
    ]);
    expect(problemsOf('FROM node:$TAG\n')[0]).toMatch(
      /^1:1 failed to parse stage name "node:".*--build-arg TAG=/,
    );
    expect(problemsOf('ARG BASE\nFROM $BASE\n', { buildArgs: { BASE: 'node' } })).toEqual([]);
  });

  test('a name in upper case is no stage', () => {
    expect(problemsOf('FROM a AS Build\nFROM Build\n')[0]).toMatch(/^2:1 .*\| write {2}FROM build$/);
  });

  test('a target that is not there', () => {
    expect(problemsOf('FROM a AS final\n', { target: 'finale' })).toEqual([
      'undefined:undefined target stage "finale" could not be found | did you mean final?',
    ]);
  });
});

describe('the base image', () => {
  test.each([
    ['FROM node:22\n', 'node:22'],
    ['FROM scratch\n', undefined],
    ['ARG V=22\nFROM node:${V}-slim AS a\nFROM a\n', 'node:22-slim'],
    ['FROM a AS b\nFROM c AS d\nFROM b\n', 'a'],
    ['FROM --platform=$BUILDPLATFORM golang AS b\nFROM scratch\n', undefined],
    ['FROM alpine-$TARGETARCH\n', 'alpine-amd64'],
  ])('of %j', (text, expected) => {
    expect(baseReferenceOf(read(text))).toBe(expected);
  });

  test('of another target and platform', () => {
    const text = 'FROM a-$TARGETARCH AS one\nFROM b AS two\n';
    expect(baseReferenceOf(read(text, { target: 'one', platform: 'linux/arm64' }))).toBe('a-arm64');
  });

  test('a stage does not go on from itself', () => {
    expect(baseReferenceOf(read('FROM node AS node\nUSER 5\n'))).toBe('node');
  });
});

function codes(text: string, options: Partial<DockerfileOptions> = {}): readonly string[] {
  return read(text, options).warnings.map(({ code }) => code);
}

describe('warnings', () => {
  test('a build argument that no ARG line takes', () => {
    const [warning] = read('FROM a\nARG VERSION\n', {
      buildArgs: { VERSOIN: '1', HTTP_PROXY: 'x' },
    }).warnings;
    expect(warning).toMatchObject({ code: 'build-arg-unused', advice: 'did you mean VERSION?' });
    expect(codes('FROM a\nARG VERSION\n', { buildArgs: { VERSION: '1' } })).toEqual([]);
  });

  test('a build argument by the name of a member that all objects have', () => {
    const { globalArgs } = read('ARG constructor\nARG __proto__=1\nFROM a\n');
    expect([globalArgs.get('constructor'), globalArgs.get('__proto__')]).toEqual([undefined, '1']);
  });

  test('a file that another program reads', () => {
    expect(codes('# syntax=example.com/other\nFROM a\n')).toEqual(['dockerfile-syntax']);
    expect(codes('# syntax=docker/dockerfile:1.7-labs\nFROM a\n')).toEqual([]);
  });

  test('a stage name that is there twice', () => {
    expect(codes('FROM a AS x\nFROM b AS x\n')).toEqual(['duplicate-stage-name']);
  });
});
