import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import {
  type Entry,
  keyTooLong,
  MAX_KEY_LENGTH,
  MAX_PROBLEMS,
  type Node,
  type SourceProblem,
} from './node.ts';

const MAX_DEPTH = 500;

export interface ParsedJson {
  readonly roots: readonly Node[];
  readonly problems: readonly SourceProblem[];
  /** The first error of the grammar: where the reading ended. */
  readonly error?: SourceProblem;
}

/**
 * Reads a stream of JSON values after RFC 8259, strictly: no comments, no trailing commas, and a key that stands twice
 * in an object is a problem.
 */
export function parseJson(text: string): ParsedJson {
  const scanner = new JsonScanner(text);
  const roots: Node[] = [];
  try {
    while (scanner.hasMore()) roots.push(scanner.value([]));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { offset, message } = error;
    return { roots, problems: scanner.problems, error: { offset, message } };
  }
  return { roots, problems: scanner.problems };
}

class JsonSyntaxError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const WHITESPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// A string without its quotes: no raw control characters, only the escapes that JSON knows.
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly the control characters
const STRING = /"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y;
const WORD = /true|false|null/y;

/** The position in a JSON text; lives for one call of `parseJson`. */
class JsonScanner {
  readonly problems: SourceProblem[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  hasMore(): boolean {
    this.#match(WHITESPACE);
    return this.#at < this.#text.length;
  }

  value(path: FieldPath): Node {
    this.#match(WHITESPACE);
    const offset = this.#at;
    if (path.length > MAX_DEPTH) throw new JsonSyntaxError(offset, `nesting exceeded ${MAX_DEPTH} levels`);
    const first = this.#text[offset];
    if (first === '{') return this.#object(path, offset);
    if (first === '[') return this.#array(path, offset);
    return { kind: 'scalar', value: first === '"' ? this.#string() : this.#numberOrWord(), offset };
  }

  #object(path: FieldPath, offset: number): Node {
    const entries = new Map<string, Entry>();
    this.#at += 1;
    if (this.#take('}')) return { kind: 'mapping', entries, offset };
    do {
      this.#match(WHITESPACE);
      const keyOffset = this.#at;
      const key = this.#string();
      if (key.length > MAX_KEY_LENGTH) {
        this.#problem(keyOffset, keyTooLong(key));
      }
      const field = [...path, key];
      if (entries.has(key)) {
        this.#problem(keyOffset, `duplicate field "${formatFieldPath(field)}"`);
      }
      if (!this.#take(':')) this.#fail("':' after the key");
      entries.set(key, { keyOffset, value: this.value(field) });
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail("',' or '}'");
    return { kind: 'mapping', entries, offset };
  }

  #array(path: FieldPath, offset: number): Node {
    const items: Node[] = [];
    this.#at += 1;
    if (this.#take(']')) return { kind: 'sequence', items, offset };
    do items.push(this.value([...path, items.length]));
    while (this.#take(','));
    if (!this.#take(']')) this.#fail("',' or ']'");
    return { kind: 'sequence', items, offset };
  }

  #string(): string {
    const literal = this.#match(STRING);
    if (literal === undefined) {
      const isOpen = this.#text[this.#at] === '"';
      return this.#fail(
        isOpen ? 'a string without control characters and with an end' : 'a string in double quotes',
      );
    }
    const value: unknown = JSON.parse(literal);
    return String(value);
  }

  #numberOrWord(): number | boolean | null {
    const offset = this.#at;
    const word = this.#match(WORD);
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    const literal = this.#match(NUMBER);
    if (literal === undefined) return this.#fail('a JSON value');
    const value = Number(literal);
    if (!Number.isFinite(value)) throw new JsonSyntaxError(offset, `the number ${literal} is too large`);
    return value;
  }

  #take(character: string): boolean {
    this.#match(WHITESPACE);
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  #problem(offset: number, message: string): void {
    // One more than are told, so that it is known that there are more.
    if (this.problems.length <= MAX_PROBLEMS) this.problems.push({ offset, message });
  }

  #fail(expected: string): never {
    const found = this.#text[this.#at];
    const what = found === undefined ? 'the end of the text' : JSON.stringify(found);
    throw new JsonSyntaxError(this.#at, `expected ${expected}, found ${what}`);
  }
}
