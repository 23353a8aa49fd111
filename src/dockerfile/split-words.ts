import { isGoSpace } from './go-space.ts';
import type { InstructionFlag } from './parsed-dockerfile.ts';

/** Words between white space; quotes keep what they hold together and stay, as do escape characters. */
export function splitWords(text: string, escape: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let quote: string | undefined;
  let inWord = false;
  const end = (): void => {
    if (inWord) words.push(word);
    [word, inWord] = ['', false];
  };
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (quote === undefined && isGoSpace(char)) {
      end();
      continue;
    }
    if (char === escape && quote !== "'") {
      // At the end of the line there is nothing to escape.
      if (i + 1 === text.length) break;
      i += 1;
      word += char + text.charAt(i);
      inWord = true;
      continue;
    }
    if (quote === undefined && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = undefined;
    word += char;
    inWord = true;
  }
  end();
  return words;
}

/** The `--name=value` words at the beginning, without quotes and escapes; `length` is where they end. */
export function splitFlags(
  text: string,
  escape: string,
): { readonly flags: readonly InstructionFlag[]; readonly length: number } {
  const flags: InstructionFlag[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isGoSpace(text.charAt(at))) at += 1;
    if (!text.startsWith('--', at)) return { flags, length: at };
    const { word, end } = readFlag(text, at, escape);
    at = end;
    if (word === '--') return { flags, length: at };
    const equals = word.indexOf('=');
    flags.push({
      name: word.slice(2, equals < 0 ? undefined : equals),
      value: equals < 0 ? undefined : word.slice(equals + 1),
    });
  }
}

function readFlag(
  text: string,
  start: number,
  escape: string,
): { readonly word: string; readonly end: number } {
  let word = '';
  let quote: string | undefined;
  let at = start;
  for (; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote === undefined && isGoSpace(char)) break;
    if (char === escape) {
      at += 1;
      word += text.charAt(at);
    } else if (char === quote) quote = undefined;
    else if (quote === undefined && (char === '"' || char === "'")) quote = char;
    else word += char;
  }
  return { word, end: Math.min(at, text.length) };
}

/** `NAME=value` pairs of ENV and LABEL, or one `NAME value` of old; undefined where BuildKit finds neither. */
export function splitPairs(
  text: string,
  escape: string,
): readonly { readonly name: string; readonly value: string }[] | { readonly problem: string } {
  const words = splitWords(text, escape);
  const [first] = words;
  if (first === undefined) return { problem: 'requires at least one argument' };
  if (!first.includes('=')) {
    const old = /^([^\t\v\f\r ]*)[\t\v\f\r ]+(.*)$/s.exec(text);
    return old === null
      ? { problem: 'must have two arguments' }
      : [{ name: old[1] ?? '', value: old[2] ?? '' }];
  }
  const pairs = words.map((word) => {
    const equals = word.indexOf('=');
    return { word, name: word.slice(0, Math.max(equals, 0)), value: word.slice(equals + 1) };
  });
  const wrong = pairs.find(({ word }) => !word.includes('='));
  if (wrong !== undefined)
    return { problem: `can't find = in "${short(wrong.word)}". Must be of the form: name=value` };
  return pairs.some(({ name }) => name === '') ? { problem: 'names can not be blank' } : pairs;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
