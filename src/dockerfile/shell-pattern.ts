import { BuildFailure } from './build-failure.ts';
import type { Work } from './work.ts';

/** What stands between two stars. */
type Stretch = readonly Token[];

type Token = { readonly kind: 'char'; readonly char: string } | { readonly kind: 'any' | 'star' };

/** `${X#pattern}` and, greedy, `${X##pattern}`. */
export function trimPrefix(pattern: string, value: string, greedy: boolean, work: Work): string {
  work.spend(pattern.length + value.length);
  const chars = Array.from(value);
  const end = matchAt(stretchesOf(tokensOf(pattern)), chars, 0, greedy, work);
  return end === undefined ? value : chars.slice(end).join('');
}

/** `${X%pattern}` and, greedy, `${X%%pattern}`: the same from the other end. */
export function trimSuffix(pattern: string, value: string, greedy: boolean, work: Work): string {
  work.spend(pattern.length + value.length);
  const chars = Array.from(value).reverse();
  const end = matchAt(stretchesOf([...tokensOf(pattern)].reverse()), chars, 0, greedy, work);
  return end === undefined ? value : chars.slice(end).reverse().join('');
}

/** `${X/pattern/replacement}` and, for all, `${X//pattern/replacement}`. */
export function replacePattern(
  pattern: string,
  replacement: string,
  value: string,
  all: boolean,
  work: Work,
): string {
  work.spend(pattern.length + value.length);
  const stretches = stretchesOf(tokensOf(pattern));
  const chars = Array.from(value);
  const parts: string[] = [];
  let at = 0;
  let afterMatch = false;
  while (at <= chars.length) {
    const end = matchAt(stretches, chars, at, true, work);
    // As Go does: an empty match right behind another one does not count.
    const matches = end !== undefined && !(end === at && afterMatch);
    if (matches) {
      work.spend(replacement.length);
      parts.push(replacement);
      if (!all) return [...parts, ...chars.slice(end)].join('');
    }
    if (matches && end > at) {
      at = end;
      afterMatch = true;
      continue;
    }
    parts.push(chars[at] ?? '');
    at += 1;
    afterMatch = false;
  }
  return parts.join('');
}

/** `*` and `?` are wildcards, a backslash takes their meaning; there are no brackets. */
function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  const chars = Array.from(pattern);
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i] ?? '';
    if (char === '*') tokens.push({ kind: 'star' });
    else if (char === '?') tokens.push({ kind: 'any' });
    else if (char !== '\\') tokens.push({ kind: 'char', char });
    else if (chars[i + 1] !== '}' && chars[i + 1] !== '/') {
      const escaped = chars[i + 1] ?? '';
      if (!['*', '?', '\\'].includes(escaped))
        throw new BuildFailure(`invalid pattern (${pattern}) in substitution: invalid escape '\\${escaped}'`);
      tokens.push({ kind: 'char', char: escaped });
      i += 1;
    }
  }
  return tokens;
}

/**
 * Where the shortest or the longest match that begins at `start` ends. Between stars the earliest place is always right,
 * so nothing has to be tried twice; only the last stretch of a longest match is looked for from the end.
 */
function matchAt(
  [first = [], ...rest]: readonly Stretch[],
  chars: readonly string[],
  start: number,
  greedy: boolean,
  work: Work,
): number | undefined {
  if (!fits(first, chars, start, work)) return undefined;
  let end = start + first.length;
  for (const [index, stretch] of rest.entries()) {
    const isLast = index === rest.length - 1;
    const found = isLast && greedy ? lastFit(stretch, chars, end, work) : firstFit(stretch, chars, end, work);
    if (found === undefined) return undefined;
    end = found + stretch.length;
  }
  return end;
}

function stretchesOf(tokens: readonly Token[]): readonly Stretch[] {
  const stretches: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'star') stretches.push([]);
    else stretches.at(-1)?.push(token);
  }
  return stretches;
}

function firstFit(stretch: Stretch, chars: readonly string[], from: number, work: Work): number | undefined {
  for (let at = from; at + stretch.length <= chars.length; at += 1)
    if (fits(stretch, chars, at, work)) return at;
  return undefined;
}

function lastFit(stretch: Stretch, chars: readonly string[], from: number, work: Work): number | undefined {
  for (let at = chars.length - stretch.length; at >= from; at -= 1)
    if (fits(stretch, chars, at, work)) return at;
  return undefined;
}

function fits(stretch: Stretch, chars: readonly string[], at: number, work: Work): boolean {
  if (at + stretch.length > chars.length) return false;
  for (const [i, token] of stretch.entries()) {
    work.spend(1);
    if (token.kind === 'char' && token.char !== chars[at + i]) return false;
  }
  return true;
}
