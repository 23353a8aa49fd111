import type { FieldPath } from '../../core/field-path.ts';
import { forbidden, invalid, notSupported, required } from '../field-error.ts';
import { selectorMatches } from '../label-selector.ts';
import type { LabelSelector } from '../meta.ts';
import type { PodTemplateSpec } from '../pod.ts';
import type { WorkloadObject } from '../workload-kinds.ts';
import { checkNotNegative, type Errors } from './rules.ts';

/** What a controller asks of its template beyond a valid pod. */
export function* validateWorkload(object: WorkloadObject): Errors {
  switch (object.kind) {
    case 'PodTemplate':
      break;
    case 'Job':
      yield* checkJobTemplate(object.spec.template, ['spec', 'template']);
      break;
    case 'CronJob':
      if (object.spec.schedule === '') yield required(['spec', 'schedule']);
      yield* checkJobTemplate(object.spec.jobTemplate.spec.template, [
        'spec',
        'jobTemplate',
        'spec',
        'template',
      ]);
      break;
    case 'ReplicationController': {
      const matchLabels = object.spec.selector ?? object.spec.template.metadata?.labels ?? {};
      yield* checkNotNegative(object.spec.replicas, ['spec', 'replicas']);
      yield* checkSelector({ matchLabels }, object.spec.template, 'replicationcontroller');
      yield* checkAlways(object.spec.template, object.kind);
      break;
    }
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
      if ('replicas' in object.spec) yield* checkNotNegative(object.spec.replicas, ['spec', 'replicas']);
      yield* checkSelector(object.spec.selector, object.spec.template, SELECTOR_OWNERS[object.kind]);
      yield* checkAlways(object.spec.template, object.kind === 'Deployment' ? 'ReplicaSet' : object.kind);
      break;
  }
}

/** How upstream's message calls the kinds; a ReplicaSet shares the Deployment's. */
const SELECTOR_OWNERS = {
  Deployment: 'deployment',
  ReplicaSet: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
} as const;

function* checkSelector(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
  owner: string,
): Errors {
  const path: FieldPath = ['spec', 'selector'];
  if (selector === undefined) {
    yield required(path);
    return;
  }
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) {
    yield invalid(path, selector, `empty selector is invalid for ${owner}`);
  }
  const labels = template.metadata?.labels ?? {};
  if (!selectorMatches(selector, labels)) {
    const place = ['spec', 'template', 'metadata', 'labels'];
    yield invalid(place, labels, '`selector` does not match template `labels`');
  }
}

function* checkAlways(template: PodTemplateSpec, kind: string): Errors {
  const path: FieldPath = ['spec', 'template', 'spec'];
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== undefined && restartPolicy !== 'Always') {
    yield notSupported([...path, 'restartPolicy'], restartPolicy, ['Always']);
  }
  if (activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    yield forbidden([...path, 'activeDeadlineSeconds'], detail);
  }
}

function* checkJobTemplate(template: PodTemplateSpec, path: FieldPath): Errors {
  const policy = template.spec.restartPolicy ?? 'Always';
  if (policy === 'OnFailure' || policy === 'Never') return;
  const place = [...path, 'spec', 'restartPolicy'];
  // The API server's default, Always, is told apart from what was written only by this text.
  if (policy === 'Always') yield required(place, 'valid values: "OnFailure", "Never"');
  else yield notSupported(place, policy, ['OnFailure', 'Never']);
}
