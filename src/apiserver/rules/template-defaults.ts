import { applyDefaults } from '../../kube/defaults.ts';
import type { PodTemplateSpec } from '../../kube/pod.ts';

/** A pod template with what the API server fills in. Its metadata is its author's alone. */
export function defaultedTemplate(template: PodTemplateSpec): PodTemplateSpec {
  const { spec } = applyDefaults({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: template.spec });
  return { ...template, spec };
}
