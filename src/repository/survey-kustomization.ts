import { type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProblemReport } from '../core/contract/check-report.ts';
import {
  type KustomizationFile,
  type Reference,
  readConfigReferences,
  readKustomizationFile,
} from './kustomization-file.ts';
import { problemOfPath } from './paths-within.ts';

export interface KustomizationSurvey {
  /** Why it must not be rendered: the first thing that would be fetched, or that lies outside. */
  readonly problem?: ProblemReport;
}

export interface SurveyOptions {
  /** The tree that must not be left. */
  readonly root: string;
  /** Whether what is not in the tree may be fetched. */
  readonly network: boolean;
}

/** A tree of more kustomizations than this is not looked through. */
const MAX_KUSTOMIZATIONS = 2000;

/**
 * Looks a kustomization through before it is rendered, with all that it is made of: kustomize would fetch what it names by
 * URL, and take in directories from anywhere.
 */
export function surveyKustomization(directory: string, options: SurveyOptions): KustomizationSurvey {
  const seen = new Set<string>();
  const pending = [directory];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const real = resolve(next);
    if (seen.has(real)) continue;
    seen.add(real);
    if (seen.size > MAX_KUSTOMIZATIONS) {
      return refused(next, undefined, `it is made of more than ${MAX_KUSTOMIZATIONS} kustomizations`);
    }
    const found = readKustomizationFile(next);
    if (found === undefined) continue;
    const problem = surveyReferences(found, next, options, pending);
    if (problem !== undefined) return { problem };
  }
  return {};
}

function surveyReferences(
  { file, references }: KustomizationFile,
  directory: string,
  options: SurveyOptions,
  pending: string[],
): ProblemReport | undefined {
  for (const reference of references) {
    const why = problemOf(reference, directory, options);
    if (why !== undefined) return refused(file, reference, why).problem;
    if (reference.kind !== 'resource' && reference.kind !== 'config') continue;
    const target = join(directory, reference.text);
    const stats = statOf(target);
    if (stats?.isDirectory() === true) pending.push(target);
    else if (reference.kind === 'config' && stats?.isFile() === true) {
      for (const named of readConfigReferences(target)) {
        const wrong = problemOf(named, directory, options);
        if (wrong !== undefined) return refused(target, named, wrong).problem;
      }
    }
  }
  return undefined;
}

/** What kustomize reads as a repository to clone or an address to fetch from; a little more than it really does. */
export const REMOTE: RegExp = /:\/\/|::|^[^/]*[@:]|^github\.com|\?(?:ref|version)=|\.git(?:\/|$)|\/_git\//i;

/** git can be made to read other directories, and to run programs. */
const LOCAL_REPOSITORY = /^(?:git::)?(?:file|ext|fd):|^git::\//i;

function problemOf(
  { text, kind }: Reference,
  directory: string,
  { root, network }: SurveyOptions,
): string | undefined {
  if (kind === 'file') {
    return !network && /^(?:[^\s=]*=)?https?:\/\//i.test(text) ? fetched(text) : undefined;
  }
  if (LOCAL_REPOSITORY.test(text)) return `"${shortened(text)}" is a repository of this machine`;
  if (REMOTE.test(text)) return network ? undefined : fetched(text);
  const place = problemOfPath(text, directory, root);
  if (place === 'outside') return `"${shortened(text)}" leads out of the tree that is checked`;
  return undefined;
}

function fetched(text: string): string {
  return `"${shortened(text)}" would be fetched from the network`;
}

function refused(
  file: string,
  reference: Reference | undefined,
  why: string,
): { readonly problem: ProblemReport } {
  const advice = why.endsWith('from the network')
    ? { advice: 'allow it with --images pull, or vendor it into the repository' }
    : {};
  return { problem: { file, ...reference?.position, message: `not rendered: ${why}`, ...advice } };
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
