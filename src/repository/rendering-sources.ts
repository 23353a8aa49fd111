import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nodeAt } from '../manifest/node.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import { readKustomizationFile } from './kustomization-file.ts';

const MAX_FILE_BYTES = 1024 * 1024;
/** What is made of more is rendered whatever changed. */
const MAX_SOURCES = 5000;

/**
 * Everything that a rendering is made of: the real paths of files, and of directories with all that is in them. Undefined
 * when there is too much of it to say.
 */
export function renderingSources(
  directory: string,
  type: 'chart' | 'kustomization',
): readonly string[] | undefined {
  const seen = new Set<string>();
  const pending = [directory];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const real = realPathOf(next);
    if (seen.has(real)) continue;
    seen.add(real);
    if (seen.size > MAX_SOURCES) return undefined;
    pending.push(...(type === 'chart' ? localDependencies(next) : references(next)));
  }
  return [...seen];
}

/** Other charts of this disk: `repository: file://../common` in `Chart.yaml`. */
function localDependencies(chart: string): readonly string[] {
  return ['Chart.yaml', 'requirements.yaml'].flatMap((name) => {
    const file = join(chart, name);
    const read = readFileText(file, { explicit: false, maxFileBytes: MAX_FILE_BYTES });
    if ('problem' in read) return [];
    return readDocuments(file, read.text).documents.flatMap(({ root }) => {
      const dependencies = nodeAt(root, ['dependencies']);
      if (dependencies?.kind !== 'sequence') return [];
      return dependencies.items.flatMap((item) => {
        const repository = nodeAt(item, ['repository']);
        if (repository?.kind !== 'scalar' || typeof repository.value !== 'string') return [];
        const { value } = repository;
        return value.startsWith('file://') ? [resolve(chart, value.slice('file://'.length))] : [];
      });
    });
  });
}

/** What a kustomization names, whether it is there or not: what is gone has changed, too. */
function references(directory: string): readonly string[] {
  return (readKustomizationFile(directory)?.references ?? [])
    .filter(({ text }) => !text.includes('\n'))
    .map(({ text, kind }) => resolve(directory, kind === 'file' ? text.replace(/^[^/=]*=/, '') : text));
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
