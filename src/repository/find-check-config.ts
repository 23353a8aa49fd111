import { lstatSync, type Stats, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import type { SkippedReport } from '../core/contract/check-report.ts';
import { problemOfPath } from './paths-within.ts';

/** How the file is called. */
export const CHECK_CONFIG_NAME = 'podproof.yaml';

export interface FoundConfig {
  /** Undefined when there is none. */
  readonly path?: string;
  /** Configurations that were found and are not used. */
  readonly skipped: readonly SkippedReport[];
}

/**
 * The nearest `podproof.yaml` in the directory and above it, up to the root of the repository (where `.git` lies) and no
 * further; outside of a repository only in the directory itself. One that belongs neither to this user, nor to root, nor
 * to the directory's own owner is not used: in `/tmp` anybody may put one above the work of others.
 */
export function findCheckConfig(startDirectory: string): FoundConfig {
  const start = resolve(startDirectory);
  const root = repositoryRootOf(start) ?? start;
  const owners = trustedOwners(start);
  for (let directory = start; ; directory = dirname(directory)) {
    const stats = statsOf(join(directory, CHECK_CONFIG_NAME));
    if (stats?.isFile() === true) {
      const path = join(startDirectory, relative(start, directory), CHECK_CONFIG_NAME);
      const reason = whyNotUsed(stats, directory, root, owners);
      return reason === undefined ? { path, skipped: [] } : { skipped: [{ file: path, reason }] };
    }
    if (directory === root) return { skipped: [] };
  }
}

function whyNotUsed(
  { uid }: Stats,
  directory: string,
  root: string,
  owners: ReadonlySet<number>,
): string | undefined {
  if (!owners.has(uid)) return `it belongs to another user (uid ${uid}): to use it, name it with --config`;
  const isOutside = problemOfPath(CHECK_CONFIG_NAME, directory, root) !== undefined;
  return isOutside ? 'it is a symbolic link that leads out of the repository' : undefined;
}

/** The directory with `.git` in it, this one or above; a worktree and a submodule have a file of that name. */
export function repositoryRootOf(startDirectory: string): string | undefined {
  for (let directory = resolve(startDirectory); ; directory = dirname(directory)) {
    if (statsOf(join(directory, '.git'), lstatSync) !== undefined) return directory;
    if (directory === dirname(directory)) return undefined;
  }
}

function trustedOwners(start: string): ReadonlySet<number> {
  const owners = [0, process.geteuid?.(), statsOf(start)?.uid];
  return new Set(owners.filter((it) => it !== undefined));
}

function statsOf(path: string, read: (path: string) => Stats = statSync): Stats | undefined {
  try {
    return read(path);
  } catch {
    // What cannot be looked at cannot be used.
    return undefined;
  }
}
