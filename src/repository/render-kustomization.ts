import { realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import process from 'node:process';
import { shellWord } from '../core/shell-word.ts';
import { checkedTree } from './checked-tree.ts';
import { findProgram } from './find-program.ts';
import { kustomizeOrigins } from './kustomize-origins.ts';
import { openRenderer, type Renderer } from './open-renderer.ts';
import type { RenderFailure } from './render-failure.ts';
import type { Rendering, RenderOptions } from './rendering.ts';
import { surveyKustomization } from './survey-kustomization.ts';

/** A larger rendering is judged without looking where its objects come from. */
const MAX_TRACED_LENGTH = 8 * 1024 * 1024;

/**
 * Renders a kustomization with the user's `kustomize`, or else with `kubectl kustomize`: nothing is fetched unless the
 * network may be used, no plugin and no chart is run, and no file outside of `root` is read.
 */
export async function renderKustomization(
  directory: string,
  options: RenderOptions = {},
): Promise<Rendering> {
  const program = findKustomize(options.path ?? process.env['PATH'] ?? '');
  if (program === undefined) {
    const reason =
      'kustomization not rendered: neither kustomize nor kubectl is installed (https://kubernetes.io/docs/tasks/tools)';
    return { ok: false, skipped: { file: directory, reason } };
  }
  const { root = checkedTree(directory), network = false } = options;
  const { problem } = surveyKustomization(directory, { root, network });
  if (problem !== undefined) return { ok: false, problem };
  const by = [...program.words, shellWord(directory)].join(' ');
  const renderer = await openRenderer(options);
  try {
    const [rendered, traced] = await Promise.all([
      renderer.run(program.path, [...program.args, operandOf(directory)]),
      renderTraced(renderer, program, directory),
    ]);
    if ('failure' in rendered) return { ok: false, problem: problemOf(directory, by, rendered.failure) };
    const { text } = rendered;
    const origins =
      traced === undefined || text.length > MAX_TRACED_LENGTH
        ? []
        : kustomizeOrigins({
            text,
            traced,
            tracedFrom: renderer.home,
            root,
            inFull: isAbsolute(directory),
          });
    return { ok: true, by, text, origins };
  } finally {
    await renderer.close();
  }
}

interface Kustomize {
  readonly path: string;
  readonly args: readonly string[];
  /** How a user would call it. */
  readonly words: readonly string[];
}

function findKustomize(path: string): Kustomize | undefined {
  const kustomize = findProgram('kustomize', path);
  if (kustomize !== undefined) {
    return { path: kustomize, args: ['build'], words: ['kustomize', 'build'] };
  }
  const kubectl = findProgram('kubectl', path);
  return kubectl === undefined
    ? undefined
    : { path: kubectl, args: ['kustomize'], words: ['kubectl', 'kustomize'] };
}

/** What begins with a dash is not to be taken for a flag. */
function operandOf(directory: string): string {
  return directory.startsWith('-') ? `./${directory}` : directory;
}

/** The same once more, from a kustomization that makes kustomize tell where each object comes from. */
async function renderTraced(
  renderer: Renderer,
  program: Kustomize,
  directory: string,
): Promise<string | undefined> {
  try {
    const resource = relative(realpathSync(renderer.home), realpathSync(directory));
    const wrapper = { resources: [resource], buildMetadata: ['originAnnotations'] };
    await writeFile(join(renderer.home, 'kustomization.yaml'), JSON.stringify(wrapper));
  } catch {
    return undefined;
  }
  const traced = await renderer.run(program.path, [...program.args, renderer.home]);
  return 'text' in traced ? traced.text : undefined;
}

function problemOf(
  file: string,
  by: string,
  { reason, said }: RenderFailure,
): { readonly file: string; readonly message: string; readonly advice?: string } {
  const message = `${by} failed: ${reason}`;
  if (!/enable-helm|helmCharts|HelmChartInflationGenerator/.test(said)) return { file, message };
  const advice = `render it yourself: kustomize build --enable-helm ${shellWord(file)} | podproof check -`;
  return { file, message, advice };
}
