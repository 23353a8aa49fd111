import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { PodproofError } from '../core/errors.ts';
import { formatBytes } from '../core/units.ts';
import type { ImageStore } from '../image/image-store.ts';
import { rootLayout } from '../runtime/layout.ts';
import type { CommandContext } from './command.ts';
import type { CommandLine } from './command-line.ts';
import { openStore } from './find-image.ts';
import { printReport } from './print-report.ts';
import { startProgress } from './progress.ts';

/** `podproof image load SOURCE`: into the store, layers unpacked; without a name, every image of the source. */
export async function loadImage(
  source: string,
  name: string | undefined,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  checkSource(source);
  const store = await openStoreForWriting(context);
  const progress = startProgress(`loading ${source}`, context);
  try {
    const loaded = name === undefined ? await store.loadAll(source) : [await store.load(source, { name })];
    return await printLoaded(loaded, line, context);
  } finally {
    progress.stop();
  }
}

/** A reference is never a path; what a file holds only its user knows. */
function checkSource(source: string): void {
  if (!/^[./]/.test(source) || !existsSync(source)) return;
  throw new PodproofError('usage', `cannot load "${source}": a path says what lies there`, {
    advice: `oci:${source}, oci-archive:${source} or docker-archive:${source}`,
  });
}

/** `podproof image pull REF`: from its registry into the store. */
export async function pullImage(
  reference: string,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  const store = await openStoreForWriting(context);
  const progress = startProgress(`pulling ${reference}`, context);
  try {
    return await printLoaded([await store.pull(reference)], line, context);
  } finally {
    progress.stop();
  }
}

/** `podproof image list`. */
export async function listImages(line: CommandLine, context: CommandContext): Promise<number> {
  const images = (await openStore(context)).list();
  const report = { apiVersion: 'podproof.dev/v1', kind: 'ImageList', images };
  await printReport(report, line, context, async (options) => {
    if (images.length === 0) return 'no images; podproof image load SOURCE, or podproof image pull REF\n';
    const { renderRows } = await import('../report/columns.ts');
    const rows = images.map(({ name, digest, sizeBytes }) => ({
      cells: [name, formatBytes(sizeBytes), digest.slice(0, 'sha256:'.length + 12)],
    }));
    return `${renderRows(rows, 0, options).join('\n')}\n`;
  });
  return 0;
}

/** `podproof image remove REF...`. */
export async function removeImages(
  references: readonly string[],
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  const store = await openStore(context);
  const removed: string[] = [];
  for (const reference of references) removed.push(...(await store.remove(reference)));
  const report = { apiVersion: 'podproof.dev/v1', kind: 'ImageList', removed };
  await printReport(report, line, context, () => removed.map((name) => `removed ${name}\n`).join(''));
  return 0;
}

/** Others may pass through the root to what is theirs: the mapped root of a pod is nobody here. */
async function openStoreForWriting(context: CommandContext): Promise<ImageStore> {
  await mkdir(rootLayout(context.root).libDir, { recursive: true, mode: 0o711 });
  return openStore(context);
}

interface Loaded {
  readonly name: string;
  readonly image: { readonly digest: string };
  readonly warnings: readonly string[];
}

async function printLoaded(
  loaded: readonly Loaded[],
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  for (const warning of loaded.flatMap(({ warnings }) => warnings))
    context.stderr.write(`podproof: ${warning}\n`);
  const images = loaded.map(({ name, image }) => ({ name, digest: image.digest }));
  const report = { apiVersion: 'podproof.dev/v1', kind: 'ImageList', images };
  await printReport(report, line, context, () =>
    images.map(({ name, digest }) => `${name}  ${digest}\n`).join(''),
  );
  return 0;
}
