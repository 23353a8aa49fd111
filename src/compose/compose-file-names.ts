import { basename } from 'node:path';
import type { NeighbourFiles } from './neighbour-files.ts';

const OVERRIDE = /^((?:docker-)?compose)\.override\.ya?ml$/;

/**
 * The file that an override file lies on top of, as Compose finds it beside it: `compose.yaml` for
 * `compose.override.yaml`. Undefined for any other file, and where there is none.
 */
export function overriddenFile(file: string, files: NeighbourFiles): string | undefined {
  const stem = OVERRIDE.exec(basename(file))?.[1];
  if (stem === undefined) return undefined;
  return [`${stem}.yaml`, `${stem}.yml`].find((name) => 'text' in files.read(name));
}
