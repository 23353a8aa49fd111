import { BuildFailure } from './build-failure.ts';
import { firstInk, goTrim } from './go-space.ts';
import type { EscapeCharacter } from './parsed-dockerfile.ts';

const directiveNames: readonly string[] = ['syntax', 'escape', 'check'];

/** The parser directives at the top of a Dockerfile: `# escape=` and its like. */
export interface DirectiveReader {
  /** What is told of every line until the first that is no directive. `line` has no white space before it. */
  readonly read: (line: string) => void;
  readonly escape: () => EscapeCharacter;
  /** Of `# syntax=`: the image of the program that reads the file. */
  readonly syntax: () => string | undefined;
}

/** Throws BuildFailure for a directive that is there twice or that BuildKit does not take. */
export function newDirectiveReader(): DirectiveReader {
  const values = new Map<string, string>();
  let done = false;
  return {
    read: (line) => {
      if (done) return;
      const directive = directiveOf(line);
      if (directive === undefined) {
        done = true;
        return;
      }
      const { name, value } = directive;
      if (values.has(name)) throw new BuildFailure(`only one ${name} parser directive can be used`);
      if (name === 'escape' && value !== '`' && value !== '\\')
        throw new BuildFailure(`invalid escape token '${value}' does not match \` or \\`);
      values.set(name, value);
    },
    escape: () => (values.get('escape') === '`' ? '`' : '\\'),
    syntax: () => values.get('syntax')?.split(' ')[0],
  };
}

function directiveOf(line: string): { readonly name: string; readonly value: string } | undefined {
  if (!line.startsWith('#')) return undefined;
  const text = line.slice(firstInk(line, 1));
  const equals = text.indexOf('=');
  const name = /^([a-z][a-z0-9]*)[\t-\r ]*$/i.exec(text.slice(0, Math.max(equals, 0)))?.[1]?.toLowerCase();
  const value = goTrim(text.slice(equals + 1));
  if (name === undefined || value === '' || !directiveNames.includes(name)) return undefined;
  return { name, value };
}
