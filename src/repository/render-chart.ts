import process from 'node:process';
import { KUBERNETES_VERSION } from '../core/kubernetes-version.ts';
import { shellWord } from '../core/shell-word.ts';
import { checkedTree } from './checked-tree.ts';
import { findProgram } from './find-program.ts';
import { helmOrigins } from './helm-origins.ts';
import { openRenderer } from './open-renderer.ts';
import type { RenderFailure } from './render-failure.ts';
import type { Rendering, RenderOptions } from './rendering.ts';
import { surveyChart } from './survey-chart.ts';

export interface ChartOptions extends RenderOptions {
  /** Files of values, in the order in which they count. */
  readonly values?: readonly string[];
  /** helm's own `release-name` unless told. */
  readonly releaseName?: string;
  readonly namespace?: string;
}

/**
 * Renders a chart with the user's `helm template`, without a cluster and without the user's configuration. Dependencies
 * are not fetched: they must lie in `charts/`.
 */
export async function renderChart(directory: string, options: ChartOptions = {}): Promise<Rendering> {
  const helm = findProgram('helm', options.path ?? process.env['PATH'] ?? '');
  if (helm === undefined) {
    const reason = 'chart not rendered: helm is not installed (https://helm.sh/docs/intro/install)';
    return { ok: false, skipped: { file: directory, reason } };
  }
  const { root = checkedTree(directory), network = false, values = [] } = options;
  const remote = values.find((file) => /^[a-z][a-z0-9+.-]*:\/\//i.test(file));
  if (remote !== undefined && !network) {
    const message = `not rendered: values "${remote.slice(0, 80)}" would be fetched from the network`;
    return { ok: false, problem: { file: directory, message } };
  }
  const problem = surveyChart(directory, { root, network });
  if (problem !== undefined) return { ok: false, problem };
  const args = helmArguments(directory, options);
  const by = ['helm', ...args].map(shellWord).join(' ');
  const renderer = await openRenderer(options);
  try {
    const rendered = await renderer.run(helm, args);
    if ('failure' in rendered) return { ok: false, problem: problemOf(directory, by, rendered.failure) };
    return { ok: true, by, text: rendered.text, origins: helmOrigins(rendered.text, directory) };
  } finally {
    await renderer.close();
  }
}

/** Charts may ask for the version of Kubernetes; they get the one that they are judged by. */
function helmArguments(directory: string, options: ChartOptions): readonly string[] {
  const { values = [], releaseName, namespace } = options;
  return [
    'template',
    ...(releaseName === undefined ? [] : [releaseName]),
    directory.startsWith('-') ? `./${directory}` : directory,
    `--kube-version=${KUBERNETES_VERSION}.0`,
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    ...values.map((file) => `--values=${file}`),
  ];
}

function problemOf(
  file: string,
  by: string,
  { reason, said }: RenderFailure,
): { readonly file: string; readonly message: string; readonly advice?: string } {
  const isMissingDependency = /missing in charts\/ directory|helm dependency (?:build|update)/.test(said);
  const advice = isMissingDependency ? { advice: `helm dependency build ${shellWord(file)}` } : {};
  return { file, message: `${by} failed: ${reason}`, ...advice };
}
