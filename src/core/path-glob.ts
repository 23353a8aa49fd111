/**
 * Globs of paths, as shells and `.gitignore` know them: `*` and `?` within one name, `[a-z]` and `[!a-z]`, `{one,two}`,
 * `**` for any number of directories, `\` before a character that means itself. Names with a leading dot are matched as
 * all others. A glob that matches a directory holds for everything in it: `deploy` and `deploy/**` say the same.
 *
 * Matching takes time in proportion to pattern times path, whatever they are: both may be a stranger's, and a regular
 * expression made of `*a*a*a*b` runs for minutes.
 */
export type PathGlob = (path: string) => boolean;

/** A glob, or what is wrong with it. */
export type ParsedGlob =
  | { readonly ok: true; readonly matches: PathGlob }
  | { readonly ok: false; readonly message: string };

const MAX_LENGTH = 1024;
/** `{a,b}{c,d}` has four; a glob with more than this is refused. */
const MAX_ALTERNATIVES = 256;

/** Reads a glob of paths. Paths are relative, with `/` between their names, and without `.` and `..`. */
export function parsePathGlob(text: string): ParsedGlob {
  const alternatives = alternativesOf(text);
  if (typeof alternatives === 'string') return { ok: false, message: alternatives };
  const globs: Segment[][] = [];
  for (const alternative of alternatives) {
    const names = alternative.split('/').filter((name, at) => name !== '' && !(name === '.' && at === 0));
    if (names.length === 0) return { ok: false, message: `"${shown(text)}" names no path` };
    if (names.includes('..')) return { ok: false, message: `"${shown(text)}" leads out of the directory` };
    const segments = names.map(segmentOf);
    if (segments.includes(undefined)) return { ok: false, message: `"${shown(text)}" has an open bracket` };
    globs.push(segments.filter((it) => it !== undefined));
  }
  return { ok: true, matches: (path) => matchesAny(globs, path) };
}

/** Reads a glob of names: the same within one name, without `**`, and a `/` is nothing special. */
export function parseNameGlob(text: string): ParsedGlob {
  const alternatives = alternativesOf(text);
  if (typeof alternatives === 'string') return { ok: false, message: alternatives };
  const patterns = alternatives.map(patternOf);
  if (patterns.includes(undefined)) return { ok: false, message: `"${shown(text)}" has an open bracket` };
  const known = patterns.filter((it) => it !== undefined);
  return { ok: true, matches: (name) => known.some((pattern) => matchesName(pattern, name)) };
}

/** One name of a path's pattern, or any number of directories. */
type Segment = NamePattern | 'directories';

type NamePattern = readonly Token[];

/** Any number of characters, or one that is as it should be. */
type Token = 'run' | ((character: string) => boolean);

function matchesAny(globs: readonly (readonly Segment[])[], path: string): boolean {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return globs.some((glob) => matchesPath(glob, names));
}

/** Whether the glob matches the path or a directory above it. After the last `**` that was met, one name is given up. */
function matchesPath(glob: readonly Segment[], names: readonly string[]): boolean {
  let at = 0;
  let segment = 0;
  let retryAt = 0;
  let retrySegment = -1;
  for (;;) {
    const expected = glob[segment];
    if (expected === undefined) return true;
    if (expected === 'directories') {
      retrySegment = segment;
      retryAt = at;
      segment += 1;
      continue;
    }
    const name = names[at];
    if (name !== undefined && matchesName(expected, name)) {
      at += 1;
      segment += 1;
      continue;
    }
    if (retrySegment === -1 || retryAt >= names.length) return false;
    retryAt += 1;
    at = retryAt;
    segment = retrySegment + 1;
  }
}

/** The same in a name: after the last `*` that was met, one character is given up. */
function matchesName(pattern: NamePattern, name: string): boolean {
  let at = 0;
  let token = 0;
  let retryAt = 0;
  let retryToken = -1;
  while (at < name.length) {
    const expected = pattern[token];
    if (expected === 'run') {
      retryToken = token;
      retryAt = at;
      token += 1;
    } else if (expected?.(name.charAt(at)) === true) {
      at += 1;
      token += 1;
    } else {
      if (retryToken === -1) return false;
      retryAt += 1;
      at = retryAt;
      token = retryToken + 1;
    }
  }
  while (pattern[token] === 'run') token += 1;
  return token === pattern.length;
}

function segmentOf(name: string): Segment | undefined {
  return name === '**' ? 'directories' : patternOf(name);
}

/** Undefined for a bracket that is not closed. */
function patternOf(text: string): NamePattern | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '*') {
      if (tokens.at(-1) !== 'run') tokens.push('run');
    } else if (character === '?') tokens.push(() => true);
    else if (character === '[') {
      const end = text.indexOf(']', at + (/^\[[!^]?\]/.test(text.slice(at, at + 3)) ? 3 : 1));
      if (end === -1) return undefined;
      tokens.push(classOf(text.slice(at + 1, end)));
      at = end;
    } else if (character === '\\' && at + 1 < text.length) {
      at += 1;
      tokens.push(sameAs(text.charAt(at)));
    } else tokens.push(sameAs(character));
  }
  return tokens;
}

function sameAs(wanted: string): Token {
  return (character) => character === wanted;
}

function classOf(text: string): Token {
  const not = text.startsWith('!') || text.startsWith('^');
  const body = not ? text.slice(1) : text;
  const ranges: (readonly [from: string, to: string])[] = [];
  for (let at = 0; at < body.length; at += 1) {
    const from = body.charAt(at);
    const isRange = body.charAt(at + 1) === '-' && at + 2 < body.length;
    ranges.push([from, isRange ? body.charAt(at + 2) : from]);
    if (isRange) at += 2;
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== not;
}

/** The text with its braces written out, or what is wrong with it. */
function alternativesOf(text: string): readonly string[] | string {
  if (text === '') return 'an empty glob matches nothing';
  if (text.length > MAX_LENGTH) return `a glob of ${text.length} characters, at most ${MAX_LENGTH} are read`;
  const done: string[] = [];
  const open = [text];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const braces = firstBraces(next);
    if (braces === 'open') return `"${shown(text)}" has an open brace`;
    if (braces === undefined) done.push(next);
    else {
      const { before, choices, after } = braces;
      open.push(...choices.toReversed().map((choice) => before + choice + after));
    }
    if (done.length + open.length > MAX_ALTERNATIVES)
      return `"${shown(text)}" stands for more than ${MAX_ALTERNATIVES} globs`;
  }
  return done;
}

interface Braces {
  readonly before: string;
  readonly choices: readonly string[];
  readonly after: string;
}

/** The first `{...}` with what stands around it. Braces in its choices are left for later. */
function firstBraces(text: string): Braces | 'open' | undefined {
  let depth = 0;
  let start = 0;
  let from = 0;
  const choices: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '{') {
      depth += 1;
      if (depth === 1) [start, from] = [at, at + 1];
    } else if (depth > 0 && (character === '}' || (character === ',' && depth === 1))) {
      if (character === '}') depth -= 1;
      if (depth > 0 && character === '}') continue;
      choices.push(text.slice(from, at));
      from = at + 1;
      if (depth === 0) return { before: text.slice(0, start), choices, after: text.slice(from) };
    }
  }
  return depth > 0 ? 'open' : undefined;
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
