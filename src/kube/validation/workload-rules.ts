import { selectorMatches } from '../label-selector.ts';
import type { LabelSelector } from '../meta.ts';
import type { PodTemplateSpec } from '../pod.ts';
import type { WorkloadObject } from '../workload-kinds.ts';
import type { FieldErrors } from './field-errors.ts';
import { type Place, SPEC } from './place.ts';
import { checkNotNegative } from './rules.ts';

const TEMPLATE: Place = SPEC.at('template');

/** What a controller asks of its template beyond a valid pod. */
export function validateWorkload(errors: FieldErrors, object: WorkloadObject): void {
  switch (object.kind) {
    case 'PodTemplate':
      break;
    case 'Job':
      checkJobTemplate(errors, object.spec.template, TEMPLATE);
      break;
    case 'CronJob': {
      const { schedule, jobTemplate } = object.spec;
      if (schedule === '') errors.required(SPEC.at('schedule'));
      checkJobTemplate(errors, jobTemplate.spec.template, SPEC.at('jobTemplate').at('spec').at('template'));
      break;
    }
    case 'ReplicationController': {
      const { replicas, selector, template } = object.spec;
      const matchLabels = selector ?? template.metadata?.labels ?? {};
      checkNotNegative(errors, replicas, SPEC.at('replicas'));
      checkSelector(errors, { matchLabels }, template, 'replicationcontroller');
      checkAlways(errors, template, object.kind);
      break;
    }
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet': {
      const { selector, template } = object.spec;
      if ('replicas' in object.spec) checkNotNegative(errors, object.spec.replicas, SPEC.at('replicas'));
      checkSelector(errors, selector, template, SELECTOR_OWNERS[object.kind]);
      checkAlways(errors, template, object.kind === 'Deployment' ? 'ReplicaSet' : object.kind);
      break;
    }
  }
}

/** How upstream's message calls the kinds; a ReplicaSet shares the Deployment's. */
const SELECTOR_OWNERS = {
  Deployment: 'deployment',
  ReplicaSet: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
} as const;

function checkSelector(
  errors: FieldErrors,
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
  owner: string,
): void {
  const place = SPEC.at('selector');
  if (selector === undefined) {
    errors.required(place);
    return;
  }
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) {
    errors.invalid(place, selector, `empty selector is invalid for ${owner}`);
  }
  const labels = template.metadata?.labels ?? {};
  if (!selectorMatches(selector, labels)) {
    const labelsPlace = TEMPLATE.at('metadata').at('labels');
    errors.invalid(labelsPlace, labels, '`selector` does not match template `labels`');
  }
}

function checkAlways(errors: FieldErrors, template: PodTemplateSpec, kind: string): void {
  const place = TEMPLATE.at('spec');
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== undefined && restartPolicy !== 'Always') {
    errors.notSupported(place.at('restartPolicy'), restartPolicy, ['Always']);
  }
  if (activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.forbidden(place.at('activeDeadlineSeconds'), detail);
  }
}

function checkJobTemplate(errors: FieldErrors, template: PodTemplateSpec, templatePlace: Place): void {
  const policy = template.spec.restartPolicy ?? 'Always';
  if (policy === 'OnFailure' || policy === 'Never') return;
  const place = templatePlace.at('spec').at('restartPolicy');
  // The API server's default, Always, is told apart from what was written only by this text.
  if (policy === 'Always') errors.required(place, 'valid values: "OnFailure", "Never"');
  else errors.notSupported(place, policy, ['OnFailure', 'Never']);
}
