import type { DocumentRange } from './document-ranges.ts';

/** The first mark of a template language in a text. */
export interface TemplateMark {
  readonly offset: number;
  readonly language: 'Helm' | 'Jinja';
}

/** Looks for `{{ ... }}` and `{% ... %}` outside of comments. `${{ ... }}` is none: pipelines have it in plain strings. */
export function findTemplate(text: string, { from, to }: DocumentRange): TemplateMark | undefined {
  let at = text.indexOf('{', from);
  while (at !== -1 && at < to) {
    const next = text.charAt(at + 1);
    const isMark = next === '%' || (next === '{' && text.charAt(at - 1) !== '$');
    if (!isMark) at = text.indexOf('{', next === '{' ? at + 2 : at + 1);
    else if (isInComment(text, at)) at = text.indexOf('{', lineEndAfter(text, at));
    else return { offset: at, language: languageOf(text.slice(at, to)) };
  }
  return undefined;
}

function isInComment(text: string, at: number): boolean {
  const lineStart = text.lastIndexOf('\n', at) + 1;
  return text.slice(lineStart, at).trimStart().startsWith('#');
}

function lineEndAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

const JINJA_TAG = /\{[%#]/;
/** What an action begins with in Go's template language: a field, a variable, a comment, a keyword, a usual function. */
const GO_ACTION =
  /\{\{-?\s*(?:[.$(/"`]|(?:block|define|else|end|fail|if|include|lookup|printf|quote|range|required|template|toYaml|tpl|with)\b)/;

function languageOf(text: string): TemplateMark['language'] {
  return !JINJA_TAG.test(text) && GO_ACTION.test(text) ? 'Helm' : 'Jinja';
}

/** What to do about a template. */
export function templateAdvice(file: string, { language }: TemplateMark): string {
  return language === 'Helm' ? `render it first: helm template ${chartOf(file)}` : 'render it first';
}

const PASTABLE = /^[\w./-]+$/;

/** The directory of the chart that a template belongs to. */
function chartOf(file: string): string {
  const chart = /^(?:(.*)\/)?templates\//.exec(file)?.[1] ?? (file.startsWith('templates/') ? '.' : 'DIR');
  return PASTABLE.test(chart) && !chart.startsWith('-') ? chart : 'DIR';
}
