import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderedOrigin } from './rendering.ts';

/** helm writes above each document which template it comes from: the chart's name and the path below the chart. */
const SOURCE = /(?:^|\n)---[ \t]*\n# Source: ([^\n]+)\n/g;

/** Where each document of `helm template` comes from. A template of an archive below `charts/` is nowhere to point to. */
export function helmOrigins(text: string, directory: string): readonly RenderedOrigin[] {
  const origins: RenderedOrigin[] = [];
  const templates = new Map<string, string | undefined>();
  let counted = 0;
  let line = 1;
  for (const match of text.matchAll(SOURCE)) {
    const end = match.index + match[0].length;
    line += newlinesIn(text, counted, end);
    counted = end;
    const source = match[1] ?? '';
    if (!templates.has(source)) templates.set(source, templateOf(source, directory));
    const template = templates.get(source);
    origins.push({ line, ...(template !== undefined && { template }) });
  }
  return origins;
}

/** A template may write such a line, too: it points into the chart or nowhere. */
function templateOf(source: string, directory: string): string | undefined {
  const [, ...steps] = source.trim().split('/');
  const isPlain =
    steps.length > 0 && steps.every((step) => /^[\w@+=,. -]+$/.test(step) && !/^\.+$/.test(step));
  if (!isPlain) return undefined;
  const template = join(directory, ...steps);
  return existsSync(template) ? template : undefined;
}

function newlinesIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
