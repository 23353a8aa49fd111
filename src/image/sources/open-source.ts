import { stat } from 'node:fs/promises';
import { PodproofError } from '../../core/errors.ts';
import type { ImagePlatform } from '../platform.ts';
import type { RegistryOptions } from '../registry-options.ts';
import type { Source } from './source.ts';

/** How a source is written: `TRANSPORT:PATH[:NAME]`, `docker://REF`, or a plain reference. */
export type SourceText =
  | { readonly kind: 'oci' | 'oci-archive' | 'docker-archive'; readonly rest: string }
  | { readonly kind: 'registry'; readonly reference: string };

export function parseSource(text: string): SourceText {
  const transport = /^(oci|oci-archive|docker-archive):(.+)$/s.exec(text);
  const [, kind, rest] = transport ?? [];
  if (
    (kind === 'oci' || kind === 'oci-archive' || kind === 'docker-archive') &&
    rest !== undefined &&
    !rest.startsWith('//')
  )
    return { kind, rest };
  return { kind: 'registry', reference: text.replace(/^docker:\/\//, '') };
}

/** Opens whatever the text names. Registries are asked only when the source is resolved. */
export async function openSource(
  text: string,
  platform: ImagePlatform,
  registry: RegistryOptions,
): Promise<Source> {
  const parsed = parseSource(text);
  if (parsed.kind === 'registry') {
    const { registrySource } = await import('./registry.ts');
    return registrySource(text, parsed.reference, platform, registry);
  }
  const { path, name } = await splitPathAndName(parsed.rest);
  if (parsed.kind === 'oci') {
    const { directoryTree } = await import('./file-tree.ts');
    const { ociLayoutSource } = await import('./oci-layout.ts');
    return ociLayoutSource(text, directoryTree(path, registry.signal), name, platform);
  }
  const { openTarTree } = await import('./tar-tree.ts');
  const tree = await openTarTree(path, registry.signal);
  if (parsed.kind === 'oci-archive') {
    const { ociLayoutSource } = await import('./oci-layout.ts');
    return ociLayoutSource(text, tree, name, platform);
  }
  const { dockerArchiveSource } = await import('./docker-archive.ts');
  return dockerArchiveSource(text, tree, name);
}

/** A path may hold colons itself: the longest one that exists wins. */
async function splitPathAndName(
  rest: string,
): Promise<{ readonly path: string; readonly name: string | undefined }> {
  const colons = [...rest.matchAll(/:/g)].map((match) => match.index).reverse();
  for (const end of [rest.length, ...colons]) {
    const path = rest.slice(0, end);
    if (path !== '' && (await exists(path))) return { path, name: rest.slice(end + 1) || undefined };
  }
  throw new PodproofError('not-found', `cannot read image "${rest}": no such file or directory`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
