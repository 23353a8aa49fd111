import { basename } from 'node:path';

/** What a file is, by its name. */
export type FileType = 'manifest' | 'dockerfile' | 'compose';

const DOCKERFILE = /^(?:Dockerfile|Containerfile)(?:\..+)?$|\.(?:Dockerfile|Containerfile)$/i;
const COMPOSE = /^(?:docker-)?compose(?:[.-].+)?\.ya?ml$/;
const MANIFEST = /\.(?:ya?ml|json)$/;

/** Undefined for a name that says nothing of its content. */
export function fileTypeOf(path: string): FileType | undefined {
  return typeOfName(basename(path));
}

/** The same of a name without a directory. */
export function typeOfName(name: string): FileType | undefined {
  if (COMPOSE.test(name)) return 'compose';
  if (MANIFEST.test(name)) return 'manifest';
  return DOCKERFILE.test(name) ? 'dockerfile' : undefined;
}
