import { labelValue, qualifiedName } from './validation/names.ts';

/** Whether labels are selected. */
export type LabelPredicate = (labels: Readonly<Record<string, string>>) => boolean;

export type ParsedLabelSelector =
  | { readonly ok: true; readonly matches: LabelPredicate }
  /** Upstream's sentence. */
  | { readonly ok: false; readonly message: string };

/** The text form of a label selector, as in `kubectl get -l`: `a=b`, `a!=b`, `a in (x,y)`, `a notin (x)`, `a`, `!a`, `a>1`. */
export function parseLabelSelector(text: string): ParsedLabelSelector {
  try {
    const requirements = parseRequirements(new Tokens(text));
    return { ok: true, matches: (labels) => requirements.every((matches) => matches(labels)) };
  } catch (error) {
    if (error instanceof SyntaxProblem) return { ok: false, message: error.message };
    throw error;
  }
}

class SyntaxProblem extends Error {}

type TokenType = 'end' | 'name' | 'word' | 'symbol' | 'error';

interface Token {
  readonly type: TokenType;
  readonly text: string;
}

const END: Token = { type: 'end', text: '' };
const SYMBOLS: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);

/** `in` and `notin` are words: names wherever no operator is wanted. */
class Tokens {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = (text.match(/[=!(),><]+|[^=!(),><\s]+/g) ?? []).flatMap(tokensOf);
  }

  get next(): Token {
    return this.#tokens[this.#position] ?? END;
  }

  take(): Token {
    const token = this.next;
    this.#position += 1;
    return token;
  }
}

function tokensOf(run: string): readonly Token[] {
  if (!/[=!(),><]/.test(run)) return [{ type: run === 'in' || run === 'notin' ? 'word' : 'name', text: run }];
  const tokens: Token[] = [];
  for (let at = 0; at < run.length; ) {
    const pair = run.slice(at, at + 2);
    const text = SYMBOLS.has(pair) ? pair : run.slice(at, at + 1);
    tokens.push({ type: 'symbol', text });
    at += text.length;
  }
  return tokens;
}

function isName({ type }: Token): boolean {
  return type === 'name' || type === 'word';
}

function isSymbol({ type, text }: Token, symbol: string): boolean {
  return type === 'symbol' && text === symbol;
}

function found({ text }: Token, expected: string): SyntaxProblem {
  return new SyntaxProblem(`found '${text}', expected: ${expected}`);
}

function parseRequirements(tokens: Tokens): readonly LabelPredicate[] {
  const requirements: LabelPredicate[] = [];
  for (;;) {
    const { next } = tokens;
    if (next.type === 'end') return requirements;
    if (!isName(next) && !isSymbol(next, '!')) throw found(next, "!, identifier, or 'end of string'");
    requirements.push(parseRequirement(tokens));
    const after = tokens.take();
    if (after.type === 'end') return requirements;
    if (!isSymbol(after, ',')) throw found(after, "',' or 'end of string'");
    const following = tokens.next;
    if (!isName(following) && !isSymbol(following, '!')) throw found(following, "identifier after ','");
  }
}

function parseRequirement(tokens: Tokens): LabelPredicate {
  try {
    return requirement(tokens);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new SyntaxProblem(`unable to parse requirement: ${error.message}`);
  }
}

const OPERATORS = 'in, notin, =, ==, !=, gt, lt';

function requirement(tokens: Tokens): LabelPredicate {
  const isAbsence = isSymbol(tokens.next, '!');
  if (isAbsence) tokens.take();
  const name = tokens.take();
  if (!isName(name)) throw found(name, 'identifier');
  const key = name.text;
  refuse('<nil>', key, qualifiedName(key));
  const { next } = tokens;
  if (isAbsence) return (labels) => !Object.hasOwn(labels, key);
  if (next.type === 'end' || isSymbol(next, ',')) return (labels) => Object.hasOwn(labels, key);
  const operator = tokens.take();
  if (operator.type === 'word') {
    const values = listOfValues(tokens);
    refuseValues(key, values);
    const isIn = operator.text === 'in';
    return (labels) => values.includes(valueOf(labels, key) ?? NONE) === isIn;
  }
  if (operator.type !== 'symbol' || !['=', '==', '!=', '>', '<'].includes(operator.text)) {
    throw found(operator, OPERATORS);
  }
  const value = exactValue(tokens);
  if (operator.text === '>' || operator.text === '<') return comparison(key, operator.text, value);
  refuseValues(key, [value]);
  if (operator.text === '!=') return (labels) => valueOf(labels, key) !== value;
  return (labels) => valueOf(labels, key) === value;
}

/** No label's value. */
const NONE = ' ';

function valueOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function comparison(key: string, operator: '>' | '<', text: string): LabelPredicate {
  if (!/^[+-]?\d+$/.test(text)) {
    const detail = "for 'Gt', 'Lt' operators, the value must be an integer";
    throw new SyntaxProblem(`values[0]: Invalid value: ${JSON.stringify(text)}: ${detail}`);
  }
  const bound = Number(text);
  return (labels) => {
    const value = valueOf(labels, key);
    if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
    return operator === '>' ? Number(value) > bound : Number(value) < bound;
  };
}

function exactValue(tokens: Tokens): string {
  const { next } = tokens;
  if (next.type === 'end' || isSymbol(next, ',')) return '';
  const token = tokens.take();
  if (!isName(token)) throw found(token, 'identifier');
  return token.text;
}

/** `(a,b)`; an empty place is the empty value. */
function listOfValues(tokens: Tokens): readonly string[] {
  const opening = tokens.take();
  if (!isSymbol(opening, '(')) throw new SyntaxProblem(`found '${opening.text}' expected: '('`);
  const values: string[] = [];
  let value: string | undefined;
  for (;;) {
    const token = tokens.take();
    if (isName(token) && value === undefined) {
      value = token.text;
      continue;
    }
    const isEnd = isSymbol(token, ')');
    if (!isEnd && !isSymbol(token, ',')) {
      throw found(token, value === undefined ? "',', ')' or identifier" : "',' or ')'");
    }
    values.push(value ?? '');
    value = undefined;
    if (isEnd) return values;
  }
}

function refuseValues(key: string, values: readonly string[]): void {
  for (const [index, value] of values.entries()) {
    refuse(`values[${index}][${key}]`, value, labelValue(value));
  }
}

function refuse(place: string, value: string, messages: readonly string[]): void {
  if (messages.length === 0) return;
  throw new SyntaxProblem(`${place}: Invalid value: ${JSON.stringify(value)}: ${messages.join('; ')}`);
}
