import { chartRoots } from '../repository/chart.ts';
import { kustomizationRoots } from '../repository/kustomization-roots.ts';
import { renderChart } from '../repository/render-chart.ts';
import { renderKustomization } from '../repository/render-kustomization.ts';
import type { Rendering, RenderOptions } from '../repository/rendering.ts';
import type { WalkedDirectory } from '../repository/walk-directory.ts';
import type { CheckUnit } from './check-unit.ts';
import { toldUnit } from './check-unit.ts';
import type { FindUnitsOptions } from './find-units.ts';

/** Programs at work at the same time. */
const AT_ONCE = 2;

export interface RendererOptions extends RenderOptions {
  /** Files of values of charts. */
  readonly values: readonly string[];
  readonly isChanged: FindUnitsOptions['isChanged'];
}

/** Renders charts and kustomizations with the user's own programs; what is part of another is rendered with it. */
export function directoryRenderer({
  values,
  isChanged,
  ...options
}: RendererOptions): FindUnitsOptions['render'] {
  return async (directories) => {
    const charts = chartRoots(pathsOf(directories, 'chart')).roots.filter((path) => isChanged(path, 'chart'));
    const kustomizations = kustomizationRoots(pathsOf(directories, 'kustomization')).roots.filter((path) =>
      isChanged(path, 'kustomization'),
    );
    const waiting = [
      ...charts.map((path) => ({ path, render: () => renderChart(path, { ...options, values }) })),
      ...kustomizations.map((path) => ({ path, render: () => renderKustomization(path, options) })),
    ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const units: CheckUnit[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < waiting.length; index = next++) {
        const directory = waiting[index];
        if (directory !== undefined) units[index] = unitOf(directory.path, await directory.render());
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return units;
  };
}

function pathsOf(directories: readonly WalkedDirectory[], type: WalkedDirectory['type']): readonly string[] {
  return directories.filter((directory) => directory.type === type).map(({ path }) => path);
}

function unitOf(path: string, rendering: Rendering): CheckUnit {
  if (rendering.ok) {
    const { by, text, origins } = rendering;
    return { kind: 'rendered', file: path, explicit: true, text, by, origins };
  }
  return 'problem' in rendering
    ? toldUnit({ problems: [rendering.problem] })
    : toldUnit({ skipped: [rendering.skipped] });
}
