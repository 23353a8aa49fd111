import type { FieldPath } from '../../core/field-path.ts';
import { type FieldError, forbidden, invalid, notSupported } from '../../kube/field-error.ts';
import type { IntOrString } from '../../kube/meta.ts';
import type { DeploymentSpec, DeploymentStrategy } from '../../kube/workload-kinds.ts';

const TYPES = ['Recreate', 'RollingUpdate'];
const A_QUARTER = '25%';

export function defaultedStrategy(strategy: DeploymentStrategy = {}): DeploymentStrategy {
  const type = strategy.type || 'RollingUpdate';
  if (type !== 'RollingUpdate') return { ...strategy, type };
  const { maxUnavailable = A_QUARTER, maxSurge = A_QUARTER } = strategy.rollingUpdate ?? {};
  return { type, rollingUpdate: { maxSurge, maxUnavailable } };
}

/** The strategy and the times of a Deployment that has been defaulted. */
export function validateStrategy(spec: DeploymentSpec): readonly FieldError[] {
  const { strategy = {}, minReadySeconds = 0, progressDeadlineSeconds, revisionHistoryLimit } = spec;
  const path: FieldPath = ['spec', 'strategy'];
  const errors: FieldError[] = [
    ...notNegative(minReadySeconds, ['spec', 'minReadySeconds']),
    ...notNegative(revisionHistoryLimit, ['spec', 'revisionHistoryLimit']),
  ];
  if (!TYPES.includes(strategy.type ?? '')) {
    errors.push(notSupported([...path, 'type'], strategy.type ?? '', TYPES));
  } else if (strategy.type === 'Recreate' && strategy.rollingUpdate !== undefined) {
    errors.push(
      forbidden([...path, 'rollingUpdate'], "may not be specified when strategy `type` is 'Recreate'"),
    );
  } else if (strategy.rollingUpdate !== undefined) {
    errors.push(...validateRollingUpdate(strategy.rollingUpdate, [...path, 'rollingUpdate']));
  }
  if (progressDeadlineSeconds !== undefined) {
    const place = ['spec', 'progressDeadlineSeconds'];
    errors.push(...notNegative(progressDeadlineSeconds, place));
    if (progressDeadlineSeconds <= minReadySeconds) {
      errors.push(invalid(place, progressDeadlineSeconds, 'must be greater than minReadySeconds'));
    }
  }
  return errors;
}

function validateRollingUpdate(
  { maxUnavailable = 0, maxSurge = 0 }: NonNullable<DeploymentStrategy['rollingUpdate']>,
  path: FieldPath,
): readonly FieldError[] {
  const unavailable = [...path, 'maxUnavailable'];
  const errors = [
    ...validateAmount(maxUnavailable, unavailable),
    ...validateAmount(maxSurge, [...path, 'maxSurge']),
  ];
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
    errors.push(invalid(unavailable, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  if (typeof maxUnavailable === 'string' && amountOf(maxUnavailable) > 100) {
    errors.push(invalid(unavailable, maxUnavailable, 'must not be greater than 100%'));
  }
  return errors;
}

const PERCENT = /^[0-9]+%$/;

function validateAmount(value: IntOrString, path: FieldPath): readonly FieldError[] {
  if (typeof value === 'number') return notNegative(value, path);
  if (PERCENT.test(value)) return [];
  const detail =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%', or '93%', regex used for validation is '[0-9]+%')";
  return [invalid(path, value, detail)];
}

function amountOf(value: IntOrString): number {
  return typeof value === 'number' ? value : Number.parseInt(value, 10);
}

function notNegative(value: number | undefined, path: FieldPath): readonly FieldError[] {
  if (value === undefined || value >= 0) return [];
  return [invalid(path, value, 'must be greater than or equal to 0')];
}
