import type { KubeObject, LabelSelector } from '../../kube/meta.ts';
import type { PodTemplateSpec } from '../../kube/pod.ts';
import type { Column } from '../resource-kind.ts';
import { wideColumn } from './columns.ts';
import { formatSelector } from './selector.ts';

interface HasTemplate extends KubeObject {
  readonly spec: { readonly template: PodTemplateSpec; readonly selector?: LabelSelector };
}

/** What `-o wide` adds for the kinds that make pods. */
export function templateColumns<T extends HasTemplate>(): readonly Column<T>[] {
  return [
    wideColumn('Containers', 'The names of its containers.', ({ spec }) =>
      spec.template.spec.containers.map(({ name }) => name).join(','),
    ),
    wideColumn('Images', 'Their images.', ({ spec }) =>
      spec.template.spec.containers.map(({ image }) => image ?? '').join(','),
    ),
    wideColumn('Selector', 'What finds its pods.', ({ spec }) => formatSelector(spec.selector)),
  ];
}
