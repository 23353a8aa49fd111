import { posix } from 'node:path';

/** Where a file is, in SARIF's words: relative to the root of the sources, or absolute when it lies elsewhere. */
export interface ArtifactLocation {
  readonly uri: string;
  readonly uriBaseId?: '%SRCROOT%';
}

/** `directory` is the root of the sources, absolute; without it only relative paths are relative. */
export function artifactLocation(file: string, directory: string | undefined): ArtifactLocation {
  const path = relativePath(file, directory);
  return path.startsWith('/')
    ? { uri: `file://${encodePath(path)}` }
    : { uri: encodePath(path), uriBaseId: '%SRCROOT%' };
}

/** `./a//b.yaml` and `/work/a/b.yaml` below `/work` are both `a/b.yaml`. */
export function relativePath(file: string, directory: string | undefined): string {
  const path = posix.normalize(file).replace(/(?<=[^/])\/$/, '');
  if (directory === undefined || !path.startsWith('/')) return path;
  const relative = posix.relative(directory, path);
  return relative.startsWith('..') ? path : relative === '' ? '.' : relative;
}

/** A name with bytes that are no text is named with the mark for them: nothing may throw here. */
function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(Buffer.from(segment).toString()))
    .join('/');
}
