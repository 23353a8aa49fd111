import { PodproofError } from '../core/errors.ts';
import { isRecord } from './describe-value.ts';

/**
 * The part of Go's templates that people use with `docker inspect -f`: fields, `json`, `index`, `len`, `join`,
 * `println`, `range`, `if`, `else` and `end`, pipes in between. Values are printed as Go prints them. Throws `usage`.
 */
export function renderTemplate(template: string, data: unknown): string {
  const parser: Parser = { parts: splitTemplate(template), position: 0 };
  const nodes = parseNodes(parser);
  if (parser.position < parser.parts.length) throw broken('{{end}} without a {{range}} or {{if}}');
  return render(nodes, data, data);
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly words: readonly string[] };

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'range' | 'if';
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

/** Commands of words; each gets the result of the one before as its last argument. */
type Pipeline = readonly (readonly string[])[];

interface Parser {
  readonly parts: readonly Part[];
  position: number;
}

function broken(what: string): PodproofError {
  return new PodproofError('usage', `cannot use the template: ${what}`, {
    advice: "like docker inspect:  -f '{{.Config.User}}'  or  -f '{{json .Config}}'",
  });
}

function splitTemplate(template: string): readonly Part[] {
  const parts: Part[] = [];
  let rest = template;
  while (rest !== '') {
    const open = rest.indexOf('{{');
    if (open < 0) return [...parts, { kind: 'text', text: rest }];
    if (open > 0) parts.push({ kind: 'text', text: rest.slice(0, open) });
    const close = rest.indexOf('}}', open);
    if (close < 0) throw broken('"{{" is not closed');
    const action = rest.slice(open + 2, close).trim();
    parts.push({ kind: 'action', words: action.match(/"(?:[^"\\]|\\.)*"|\||[^\s|"]+/g) ?? [] });
    rest = rest.slice(close + 2);
  }
  return parts;
}

/** Up to the `end` or `else` that closes them, which is left to the caller. */
function parseNodes(parser: Parser): readonly Node[] {
  const nodes: Node[] = [];
  for (;;) {
    const part = parser.parts[parser.position];
    if (part === undefined) return nodes;
    if (part.kind === 'text') {
      nodes.push(part);
      parser.position += 1;
      continue;
    }
    const [first = ''] = part.words;
    if (first === 'end' || first === 'else') return nodes;
    parser.position += 1;
    if (first !== 'range' && first !== 'if') nodes.push({ kind: 'print', pipeline: toPipeline(part.words) });
    else nodes.push(parseBlock(first, toPipeline(part.words.slice(1)), parser));
  }
}

function parseBlock(kind: 'range' | 'if', pipeline: Pipeline, parser: Parser): Node {
  const body = parseNodes(parser);
  let otherwise: readonly Node[] = [];
  if (isAction(parser, 'else')) {
    parser.position += 1;
    otherwise = parseNodes(parser);
  }
  if (!isAction(parser, 'end')) throw broken(`{{${kind}}} has no {{end}}`);
  parser.position += 1;
  return { kind, pipeline, body, otherwise };
}

function isAction({ parts, position }: Parser, word: string): boolean {
  const part = parts[position];
  return part?.kind === 'action' && part.words[0] === word;
}

function toPipeline(words: readonly string[]): Pipeline {
  const commands: string[][] = [[]];
  for (const word of words) {
    if (word === '|') commands.push([]);
    else commands.at(-1)?.push(word);
  }
  if (commands.some((command) => command.length === 0)) throw broken('an action is empty');
  return commands;
}

function render(nodes: readonly Node[], dot: unknown, root: unknown): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      const value = evaluate(node.pipeline, dot, root);
      if (node.kind === 'print') return formatGo(value);
      if (node.kind === 'if') return render(isTrue(value) ? node.body : node.otherwise, dot, root);
      const items = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
      if (items.length === 0) return render(node.otherwise, dot, root);
      return items.map((item) => render(node.body, item, root)).join('');
    })
    .join('');
}

function evaluate(pipeline: Pipeline, dot: unknown, root: unknown): unknown {
  let piped: readonly unknown[] = [];
  for (const [name = '', ...words] of pipeline) {
    const given = words.map((word) => operand(word, dot, root));
    const call = FUNCTIONS.get(name);
    if (call === undefined && (words.length > 0 || piped.length > 0))
      throw broken(`there is no function "${name}"`);
    piped = [call === undefined ? operand(name, dot, root) : call([...given, ...piped])];
  }
  return piped[0];
}

type TemplateFunction = (values: readonly unknown[]) => unknown;

const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['json', ([value]) => JSON.stringify(value ?? null)],
  ['len', ([value]) => (typeof value === 'string' ? value.length : Object.keys(value ?? {}).length)],
  ['index', ([value, ...keys]) => keys.reduce((inner, key) => memberOf(inner, String(key)) ?? '', value)],
  ['join', ([list, separator]) => (Array.isArray(list) ? list.map(formatGo).join(formatGo(separator)) : '')],
  ['println', (values) => `${values.map(formatGo).join(' ')}\n`],
]);

function operand(word: string, dot: unknown, root: unknown): unknown {
  if (word.startsWith('"')) return JSON.parse(word) as unknown;
  if (/^-?\d+$/.test(word)) return Number(word);
  const isRoot = word.startsWith('$');
  const path = isRoot ? word.slice(1) : word;
  if (!/^(\.|(\.\w+)*)$/.test(path) || word === '') throw broken(`"${word}" is not understood`);
  const names = path.split('.').filter((name) => name !== '');
  return names.reduce(
    (value, name) => {
      const member = memberOf(value, name);
      if (member === undefined) throw broken(`"${word}": there is no "${name}"`);
      return member;
    },
    isRoot ? root : dot,
  );
}

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value[Number(name)] as unknown;
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isRecord(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** `[a b]`, `map[a:1 b:2]`, `<nil>`. */
function formatGo(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(formatGo).join(' ')}]`;
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${name}:${formatGo(member)}`);
  return `map[${members.sort().join(' ')}]`;
}
