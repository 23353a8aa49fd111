import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type KustomizationFile, readKustomizationFile } from './kustomization-file.ts';
import { REMOTE } from './survey-kustomization.ts';

export interface KustomizationRoots {
  /** Those to be rendered: no other of them takes them in. In the order in which they were given. */
  readonly roots: readonly string[];
  /** Those that are rendered as part of another. */
  readonly included: readonly string[];
}

/**
 * Which of these directories, each with a kustomization, are to be rendered: a base is seen through its overlays, and a
 * component through what takes it in. Of kustomizations that take each other in the first is tried, to be told of.
 */
export function kustomizationRoots(directories: readonly string[]): KustomizationRoots {
  const given = new Map(directories.map((directory) => [realPathOf(directory), directory] as const));
  const files = new Map(
    [...given].map(([real, directory]) => [real, readKustomizationFile(directory)] as const),
  );
  const referenced = new Set<string>();
  for (const [real, file] of files) {
    for (const target of targetsOf(real, file)) if (target !== real) referenced.add(target);
  }
  const roots = [...given.keys()].filter(
    (real) => !referenced.has(real) && files.get(real)?.isComponent !== true,
  );
  const reached = new Set<string>();
  const reach = (from: string): void => {
    const pending = [from];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      for (const target of targetsOf(next, files.get(next))) if (given.has(target)) pending.push(target);
    }
  };
  for (const root of roots) reach(root);
  for (const [real, file] of files) {
    if (reached.has(real) || file?.isComponent === true) continue;
    roots.push(real);
    reach(real);
  }
  const isRoot = new Set(roots);
  const named = [...given];
  return {
    roots: named.filter(([real]) => isRoot.has(real)).map(([, directory]) => directory),
    included: named.filter(([real]) => !isRoot.has(real)).map(([, directory]) => directory),
  };
}

function targetsOf(directory: string, file: KustomizationFile | undefined): readonly string[] {
  if (file === undefined) return [];
  return file.references
    .filter(({ kind, text }) => kind === 'resource' && !REMOTE.test(text))
    .map(({ text }) => realPathOf(resolve(directory, text)));
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
