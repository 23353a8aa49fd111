import { BuildFailure } from './build-failure.ts';
import { expand, type LexOptions } from './expand-word.ts';
import type { Work } from './work.ts';

/** A here-document that an instruction's line announces. */
export interface Heredoc {
  /** The line that ends it. */
  readonly name: string;
  /** `<<-`: tabs before the name do not count. */
  readonly chomps: boolean;
}

/** Those of a line, in their order: `<<EOF`, `3<<-"EOF"`, `<< EOF`. None where the line's quotes do not match. */
export function heredocsOf(line: string, work: Work): readonly Heredoc[] {
  if (!line.includes('<<')) return [];
  return (wordsOf(line, { ...lexing(work), rawQuotes: true, rawEscapes: true }) ?? []).flatMap((word) => {
    const heredoc = heredocOf(word, work);
    return heredoc === undefined ? [] : [heredoc];
  });
}

function heredocOf(word: string, work: Work): Heredoc | undefined {
  const match = /^\d*<<(-?)[\t-\r ]*([^<]*)$/.exec(word);
  if (match === null) return undefined;
  const [, dash, rest = ''] = match;
  const [name, ...others] = wordsOf(rest, lexing(work)) ?? [];
  if (name === undefined || others.length > 0) return undefined;
  return { name, chomps: dash === '-' };
}

/** The escape character of here-documents is always a backslash, and they know no variables. */
function lexing(work: Work): LexOptions {
  return { scope: { get: () => undefined }, escape: '\\', work, keepsUnset: true };
}

function wordsOf(text: string, options: LexOptions): readonly string[] | undefined {
  try {
    return expand(text, options).words;
  } catch (error) {
    if (error instanceof BuildFailure) return undefined;
    throw error;
  }
}
