import { interpolate } from './interpolate.ts';

/** What all values of a `.env` together may have; a file with more is none. */
const MAX_TOTAL = 1024 * 1024;

const STATEMENT = /(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*[=:][ \t]*/y;

/**
 * The variables of a `.env`, as Compose reads it: `NAME=value`, quotes, comments, earlier variables put into later ones.
 * What is no statement is passed over: a verdict does not depend on it.
 */
export function parseDotEnv(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  let total = 0;
  let at = 0;
  while (at < text.length && total <= MAX_TOTAL) {
    at = skipBlank(text, at);
    STATEMENT.lastIndex = at;
    const statement = STATEMENT.exec(text);
    if (statement === null) {
      at = lineEnd(text, at) + 1;
      continue;
    }
    const { value, end } = readValue(text, at + statement[0].length, variables);
    variables.set(statement[1] ?? '', value);
    total += value.length;
    at = end + 1;
  }
  return variables;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (text[at] === '#') at = lineEnd(text, at);
    if (!/\s/.test(text[at] ?? 'x')) break;
    at += 1;
  }
  return at;
}

interface ReadValue {
  readonly value: string;
  readonly end: number;
}

function readValue(text: string, start: number, variables: ReadonlyMap<string, string>): ReadValue {
  const quote = text[start];
  const close = quote === '"' || quote === "'" ? closingQuote(text, start, quote) : -1;
  if (close === -1) {
    const end = lineEnd(text, start);
    const [written = ''] = text.slice(start, end).split(/(?:^|\s)#/, 1);
    return { value: expand(written.trim(), variables), end };
  }
  const inner = text.slice(start + 1, close);
  const end = lineEnd(text, close);
  if (quote === "'") return { value: inner, end };
  return { value: expand(unescaped(inner), variables), end };
}

function closingQuote(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (whole, char: string) => {
    if (char === 'n') return '\n';
    if (char === 'r') return '\r';
    return char === '$' ? '$$' : char === '"' || char === '\\' ? char : whole;
  });
}

/** A dollar sign that begins no variable stays as it is. */
function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return interpolate(text, variables).text;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
