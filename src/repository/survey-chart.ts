import { type Dirent, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ProblemReport } from '../core/contract/check-report.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import { isWithin } from './paths-within.ts';

export interface ChartSurveyOptions {
  /** The tree that must not be left. */
  readonly root: string;
  readonly network: boolean;
}

const MAX_ENTRIES = 50_000;
const MAX_SCHEMA_BYTES = 4 * 1024 * 1024;

/**
 * Looks a chart through before it is rendered: helm follows symbolic links wherever they lead, and fetches what the schema
 * of its values refers to. Answers with the first thing that would leave the tree.
 */
export function surveyChart(directory: string, options: ChartSurveyOptions): ProblemReport | undefined {
  const tree = realpathSync(options.root);
  const pending = [directory];
  let count = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of entriesOf(next)) {
      const path = join(next, entry.name);
      count += 1;
      if (count > MAX_ENTRIES)
        return { file: directory, message: `not rendered: it has more than ${MAX_ENTRIES} files` };
      if (entry.isSymbolicLink() && !staysIn(path, tree)) {
        return { file: path, message: 'not rendered: a symbolic link leads out of the tree that is checked' };
      }
      if (entry.isDirectory()) pending.push(path);
      else if (entry.name === 'values.schema.json' && !options.network) {
        const reference = foreignReference(path);
        if (reference === undefined) continue;
        const message = `not rendered: "${reference.slice(0, 80)}" would be read to validate the chart's values`;
        return { file: path, message, advice: 'allow it with --images pull, or write the schema without it' };
      }
    }
  }
  return undefined;
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** A link that leads nowhere is helm's own to complain about. */
function staysIn(link: string, tree: string): boolean {
  try {
    return isWithin(realpathSync(link), tree);
  } catch {
    return true;
  }
}

/** A `$ref` of a schema that is not to the schema itself. */
function foreignReference(file: string): string | undefined {
  const read = readFileText(file, { explicit: false, maxFileBytes: MAX_SCHEMA_BYTES });
  if ('problem' in read) return read.problem;
  let schema: unknown;
  try {
    schema = JSON.parse(read.text);
  } catch {
    // helm says what is wrong with it.
    return undefined;
  }
  const pending: unknown[] = [schema];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (
        ['$ref', '$dynamicRef', '$recursiveRef'].includes(key) &&
        typeof child === 'string' &&
        !child.startsWith('#')
      )
        return child;
      pending.push(child);
    }
  }
  return undefined;
}
