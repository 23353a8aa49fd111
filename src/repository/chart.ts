import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { nodeAt } from '../manifest/node.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import { isWithin } from './paths-within.ts';

export interface ChartRoots {
  /** Those to be rendered, in the order in which they were given. */
  readonly roots: readonly string[];
  /** Charts that are part of another, and libraries, which make no objects of their own. */
  readonly included: readonly string[];
}

const MAX_FILE_BYTES = 1024 * 1024;

/** Which of these directories, each with a `Chart.yaml`, are to be rendered. */
export function chartRoots(directories: readonly string[]): ChartRoots {
  const real = new Map(directories.map((directory) => [directory, realPathOf(directory)] as const));
  const all = [...real.values()];
  const isIncluded = (directory: string): boolean => {
    const path = real.get(directory) ?? directory;
    return isLibrary(directory) || all.some((other) => other !== path && isSubchartOf(path, other));
  };
  return {
    roots: directories.filter((directory) => !isIncluded(directory)),
    included: directories.filter(isIncluded),
  };
}

function isSubchartOf(path: string, chart: string): boolean {
  return isWithin(path, join(chart, 'charts')) && basename(dirname(path)) === 'charts';
}

/** `type: library` of `Chart.yaml`. */
function isLibrary(directory: string): boolean {
  const file = join(directory, 'Chart.yaml');
  const read = readFileText(file, { explicit: false, maxFileBytes: MAX_FILE_BYTES });
  if ('problem' in read) return false;
  const [document] = readDocuments(file, read.text).documents;
  const type = document === undefined ? undefined : nodeAt(document.root, ['type']);
  return type?.kind === 'scalar' && type.value === 'library';
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
