import { BuildFailure } from './build-failure.ts';
import { isGoSpace } from './go-space.ts';
import { replacePattern, trimPrefix, trimSuffix } from './shell-pattern.ts';
import { maxValueLength, type Work } from './work.ts';

/** What variables stand for while a word is expanded. */
export interface Scope {
  readonly get: (name: string) => string | undefined;
}

export interface LexOptions {
  readonly scope: Scope;
  /** What takes the meaning of the next character. */
  readonly escape: string;
  readonly work: Work;
  /** Quotes stay in the result. */
  readonly rawQuotes?: boolean;
  /** Escape characters stay in the result. */
  readonly rawEscapes?: boolean;
  /** A variable without a value stays as it is written, and the text may be of any length: it is to become no value. */
  readonly keepsUnset?: boolean;
}

export interface Expanded {
  readonly text: string;
  /** The same, cut at white space outside of quotes. */
  readonly words: readonly string[];
  /** Variables that had no value. */
  readonly unset: readonly string[];
}

/** Deeper than any person nests `${A:-${B:-...}}`. */
const maxDepth = 100;

/**
 * A word with its quotes taken off and its variables put in, as BuildKit's shell lexer does it: `$X`, `${X}`, `${X:-word}`,
 * `${X-word}`, `${X:+word}`, `${X+word}`, `${X:?word}`, `${X?word}`, `${X#pattern}`, `${X##pattern}`, `${X%pattern}`,
 * `${X%%pattern}`, `${X/pattern/word}`, `${X//pattern/word}`. Throws BuildFailure where a build would fail.
 */
export function expand(source: string, options: LexOptions): Expanded {
  const reader: Reader = { source, at: 0, unset: new Set(), options };
  const { text, words } = readUntil(reader, undefined, options.rawEscapes ?? false, 0);
  return { text, words, unset: [...reader.unset] };
}

interface Reader {
  readonly source: string;
  at: number;
  readonly unset: Set<string>;
  readonly options: LexOptions;
}

/** Up to the end, or to `stop`, which is taken too. */
function readUntil(
  reader: Reader,
  stop: string | undefined,
  rawEscapes: boolean,
  depth: number,
): { readonly text: string; readonly words: readonly string[] } {
  if (depth > maxDepth) throw new BuildFailure(`substitutions are nested more than ${maxDepth} deep`);
  const { source, options } = reader;
  const output = newOutput(options);
  while (reader.at < source.length) {
    output.addWhole(readPlain(reader));
    if (reader.at >= source.length) break;
    const char = next(reader);
    if (char === stop) return output.done();
    if (char === "'") output.addWhole(readSingleQuoted(reader));
    else if (char === '"') output.addWhole(readDoubleQuoted(reader, rawEscapes, depth));
    else if (char === '$') output.addSplit(readVariable(reader, depth));
    else if (char === '<') output.addWhole(readPossibleHeredoc(reader));
    else if (char !== options.escape) output.addSplit(char);
    else {
      if (rawEscapes) output.addWhole(char);
      if (reader.at < source.length) output.addWhole(next(reader));
    }
  }
  if (stop !== undefined)
    throw new BuildFailure(`unexpected end of statement while looking for matching ${stop}`);
  return output.done();
}

/** What means nothing but itself anywhere: most of every text. */
function readPlain(reader: Reader): string {
  const start = reader.at;
  plain.lastIndex = start;
  if (plain.test(reader.source)) reader.at = plain.lastIndex;
  return reader.source.slice(start, reader.at);
}

const plain = /[\w.:=,@+-]+/y;

function next(reader: Reader): string {
  const char = String.fromCodePoint(reader.source.codePointAt(reader.at) ?? 0);
  reader.at += char.length;
  return char;
}

interface Output {
  /** White space in it ends a word. */
  readonly addSplit: (text: string) => void;
  readonly addWhole: (text: string) => void;
  readonly done: () => { readonly text: string; readonly words: readonly string[] };
}

function newOutput({ work, keepsUnset }: LexOptions): Output {
  const maxLength = keepsUnset === true ? Number.POSITIVE_INFINITY : maxValueLength;
  let text = '';
  let word = '';
  const words: string[] = [];
  const add = (part: string): void => {
    work.spend(part.length);
    text += part;
    if (text.length > maxLength) throw new BuildFailure(`a value grows beyond ${maxLength} characters`);
  };
  const endWord = (): void => {
    if (word !== '') words.push(word);
    word = '';
  };
  return {
    addSplit: (part) => {
      add(part);
      for (const char of part)
        if (isGoSpace(char)) endWord();
        else word += char;
    },
    addWhole: (part) => {
      add(part);
      word += part;
    },
    done: () => {
      endWord();
      return { text, words };
    },
  };
}

function readSingleQuoted(reader: Reader): string {
  const end = reader.source.indexOf("'", reader.at);
  if (end < 0) throw new BuildFailure('unexpected end of statement while looking for matching single-quote');
  const text = reader.source.slice(reader.at, end);
  reader.at = end + 1;
  return reader.options.rawQuotes === true ? `'${text}'` : text;
}

function readDoubleQuoted(reader: Reader, rawEscapes: boolean, depth: number): string {
  const { source, options } = reader;
  const quote = options.rawQuotes === true ? '"' : '';
  const output = newOutput(options);
  while (reader.at < source.length) {
    output.addWhole(readPlain(reader));
    if (reader.at >= source.length) break;
    const char = next(reader);
    if (char === '"') return quote + output.done().text + quote;
    if (char === '$') output.addWhole(readVariable(reader, depth));
    else if (char === options.escape) {
      if (rawEscapes) output.addWhole(char);
      const escaped = source.charAt(reader.at);
      if (escaped === '"' || escaped === '$' || escaped === options.escape) output.addWhole(next(reader));
      else if (escaped !== '') output.addWhole(char);
    } else output.addWhole(char);
  }
  throw new BuildFailure('unexpected end of statement while looking for matching double-quote');
}

/** White space between `<<` and the name belongs to the word. */
function readPossibleHeredoc(reader: Reader): string {
  const { source } = reader;
  if (source.charAt(reader.at) !== '<') return '<';
  const start = reader.at - 1;
  reader.at += 1;
  while (['\t', '\r', ' '].includes(source.charAt(reader.at))) reader.at += 1;
  return source.slice(start, reader.at);
}

function readVariable(reader: Reader, depth: number): string {
  const { source, options } = reader;
  if (source.charAt(reader.at) === '{') return readBraces(reader, depth);
  const name = readName(reader);
  if (name === '') return '$';
  return valueOf(name, reader) ?? (options.keepsUnset === true ? `$${name}` : '');
}

function readBraces(reader: Reader, depth: number): string {
  const { source, options } = reader;
  reader.at += 1;
  const first = source.charAt(reader.at);
  if (first === '') throw new BuildFailure("syntax error: missing '}'");
  if (first === '{' || first === '}' || first === ':')
    throw new BuildFailure('syntax error: bad substitution');
  const name = readName(reader);
  if (reader.at >= source.length) throw new BuildFailure("syntax error: missing '}'");
  const operator = next(reader);
  if (operator === '/') return readReplacement(name, reader, depth);
  if (operator === '}') {
    const value = valueOf(name, reader);
    return value ?? (options.keepsUnset === true ? `\${${name}}` : '');
  }
  const nullIsUnset = operator === ':';
  const kind = nullIsUnset && reader.at < source.length ? next(reader) : operator;
  const modifier = nullIsUnset ? `:${kind}` : kind;
  const isPattern = kind === '#' || kind === '%';
  if (!['+', '-', '?', '#', '%'].includes(kind) || (isPattern && nullIsUnset))
    throw new BuildFailure(`unsupported modifier (${modifier}) in substitution`);
  const word = readInBraces(reader, '}', isPattern, depth);
  const value = valueOf(name, reader);
  if (options.keepsUnset === true && value === undefined) return `\${${name}${modifier}${word}}`;
  return modified({ name, kind, nullIsUnset, word, value }, options.work);
}

function readInBraces(reader: Reader, stop: string, rawEscapes: boolean, depth: number): string {
  try {
    return readUntil(reader, stop, rawEscapes, depth + 1).text;
  } catch (error) {
    if (error instanceof BuildFailure && reader.at >= reader.source.length)
      throw new BuildFailure(
        stop === '/' ? "syntax error: missing '/' in ${}" : "syntax error: missing '}'",
        error.advice,
      );
    throw error;
  }
}

interface Modified {
  readonly name: string;
  readonly kind: string;
  readonly nullIsUnset: boolean;
  readonly word: string;
  readonly value: string | undefined;
}

function modified({ name, kind, nullIsUnset, word, value }: Modified, work: Work): string {
  const isUnset = value === undefined || (nullIsUnset && value === '');
  switch (kind) {
    case '-':
      return isUnset ? word : value;
    case '+':
      return isUnset ? '' : word;
    case '?': {
      if (!isUnset) return value;
      const missing = value === undefined ? 'is not allowed to be unset' : 'is not allowed to be empty';
      throw new BuildFailure(`${name}: ${word === '' ? missing : word}`, `--build-arg ${name}=...`, name);
    }
    default: {
      const greedy = word.startsWith(kind);
      const pattern = greedy ? word.slice(1) : word;
      return kind === '#'
        ? trimPrefix(pattern, value ?? '', greedy, work)
        : trimSuffix(pattern, value ?? '', greedy, work);
    }
  }
}

function readReplacement(name: string, reader: Reader, depth: number): string {
  const { source, options } = reader;
  const all = source.charAt(reader.at) === '/';
  if (all) reader.at += 1;
  const pattern = readInBraces(reader, '/', true, depth);
  const replacement = readInBraces(reader, '}', true, depth);
  const value = valueOf(name, reader);
  if (options.keepsUnset === true && value === undefined) return `\${${name}/${pattern}/${replacement}}`;
  return replacePattern(pattern, replacement, value ?? '', all, options.work);
}

/** Letters, digits and `_`; only digits where it begins with one; or one of the shell's special parameters. */
function readName(reader: Reader): string {
  const { source } = reader;
  const pattern = /\p{Nd}+|[@*#?\-$!]|[\p{L}_][\p{L}\p{Nd}_]*/uy;
  pattern.lastIndex = reader.at;
  const name = pattern.exec(source)?.[0] ?? '';
  reader.at += name.length;
  return name;
}

function valueOf(name: string, { options, unset }: Reader): string | undefined {
  const value = options.scope.get(name);
  if (value === undefined) unset.add(name);
  return value;
}
