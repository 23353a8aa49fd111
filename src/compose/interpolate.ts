/** What `$NAME` and `${NAME}` stand for. */
export type Variables = ReadonlyMap<string, string>;

export interface Interpolated {
  readonly text: string;
  /** Variables that have neither a value nor a default; each stands for nothing. */
  readonly unset: readonly string[];
  /** Why the text is no template that Compose takes; `text` is then as it was written. */
  readonly problem?: string;
}

/** A default may hold a variable whose default holds another: this deep, and no deeper. */
const MAX_DEPTH = 20;
/** The most that one text may grow to. */
const MAX_LENGTH = 64 * 1024;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /:?[-?+]/y;

/**
 * Puts variables in, as Compose does: `$NAME`, `${NAME}`, with `:-` and `-` a default, with `:+` and `+` a replacement,
 * with `:?` and `?` a variable that must be there; `$$` is a dollar sign.
 */
export function interpolate(text: string, variables: Variables): Interpolated {
  if (!text.includes('$')) return { text, unset: [] };
  const unset = new Set<string>();
  try {
    const result = expand(text, variables, unset, 0);
    return { text: result, unset: [...unset] };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { text, unset: [], problem: error.message };
  }
}

class TemplateError extends Error {}

function expand(text: string, variables: Variables, unset: Set<string>, depth: number): string {
  if (depth > MAX_DEPTH) throw new TemplateError(`variables nested more than ${MAX_DEPTH} deep`);
  let result = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1) break;
    result += text.slice(at, dollar);
    const piece = substitution(text, dollar, variables, unset, depth);
    result += piece.value;
    at = piece.end;
    if (result.length > MAX_LENGTH)
      throw new TemplateError(`variables grow to more than ${MAX_LENGTH} characters`);
  }
  return result + text.slice(at);
}

interface Substituted {
  readonly value: string;
  readonly end: number;
}

function substitution(
  text: string,
  dollar: number,
  variables: Variables,
  unset: Set<string>,
  depth: number,
): Substituted {
  if (text[dollar + 1] === '$') return { value: '$', end: dollar + 2 };
  const isBraced = text[dollar + 1] === '{';
  const start = dollar + (isBraced ? 2 : 1);
  const name = matchAt(NAME, text, start);
  if (name === undefined) throw invalid(text);
  const end = start + name.length;
  if (!isBraced) return { value: valueOf(name, variables, unset), end };
  if (text[end] === '}') return { value: valueOf(name, variables, unset), end: end + 1 };
  const operator = matchAt(OPERATOR, text, end);
  const close = operator === undefined ? -1 : closingBrace(text, dollar);
  if (operator === undefined || close === -1) throw invalid(text);
  const word = text.slice(end + operator.length, close);
  const known = variables.get(name);
  const isThere = known !== undefined && (known !== '' || !operator.startsWith(':'));
  const expandWord = (): string => expand(word, variables, unset, depth + 1);
  if (operator.endsWith('+')) return { value: isThere ? expandWord() : '', end: close + 1 };
  if (isThere) return { value: known, end: close + 1 };
  if (operator.endsWith('-')) return { value: expandWord(), end: close + 1 };
  unset.add(name);
  return { value: '', end: close + 1 };
}

function valueOf(name: string, variables: Variables, unset: Set<string>): string {
  const value = variables.get(name);
  if (value === undefined) unset.add(name);
  return value ?? '';
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The brace that closes the one behind `dollar`. */
function closingBrace(text: string, dollar: number): number {
  let open = 0;
  for (let at = dollar; at < text.length; at += 1) {
    if (text[at] === '}') {
      open -= 1;
      if (open === 0) return at;
    } else if (text[at] === '$' && text[at + 1] === '{') {
      open += 1;
      at += 1;
    }
  }
  return -1;
}

function invalid(text: string): TemplateError {
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return new TemplateError(`invalid interpolation format in "${shown}": a dollar sign itself is written $$`);
}
