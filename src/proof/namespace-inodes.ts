import { statSync } from 'node:fs';
import { systemCodeOf } from '../core/errors.ts';
import { NAMESPACE_KINDS, type NamespaceKind } from './observation.ts';

/**
 * The inodes behind a sandbox's pinned namespaces, for `ProofContext.sandboxNamespaces`. A pin that is gone has
 * none.
 */
export function readNamespaceInodes(
  paths: Partial<Readonly<Record<NamespaceKind, string>>>,
): Partial<Record<NamespaceKind, number>> {
  const inodes: Partial<Record<NamespaceKind, number>> = {};
  for (const kind of NAMESPACE_KINDS) {
    const inode = inodeOf(paths[kind]);
    if (inode !== undefined) inodes[kind] = inode;
  }
  return inodes;
}

function inodeOf(path: string | undefined): number | undefined {
  if (path === undefined) return undefined;
  try {
    return statSync(path).ino;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
