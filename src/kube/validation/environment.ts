import type { EnvFromSource, EnvVar, EnvVarSource, KeySelector } from '../pod.ts';
import { validateFieldRef, validateResourceFieldRef } from './downward-api.ts';
import type { FieldErrors } from './field-errors.ts';
import { configMapKey, dns1123Label, dns1123Subdomain, envVarName } from './names.ts';
import { checkNoBacksteps } from './paths.ts';
import type { Place } from './place.ts';
import { check, checkRequired, each, requireText } from './rules.ts';
import type { Volumes } from './volume-mounts.ts';

export function validateEnv(
  errors: FieldErrors,
  env: readonly EnvVar[] | undefined,
  volumes: Volumes,
  list: Place,
): void {
  each(env, list, (variable, place) => {
    checkRequired(errors, envVarName, variable.name, place.at('name'));
    checkValueFrom(errors, variable, volumes, place.at('valueFrom'));
  });
}

function checkValueFrom(errors: FieldErrors, variable: EnvVar, volumes: Volumes, place: Place): void {
  const { value = '', valueFrom: source } = variable;
  if (source === undefined) return;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef !== undefined) validateFieldRef(errors, fieldRef, place.at('fieldRef'));
  if (resourceFieldRef !== undefined) {
    validateResourceFieldRef(errors, resourceFieldRef, 'env', place.at('resourceFieldRef'));
  }
  if (configMapKeyRef !== undefined) checkKey(errors, configMapKeyRef, place.at('configMapKeyRef'));
  if (secretKeyRef !== undefined) checkKey(errors, secretKeyRef, place.at('secretKeyRef'));
  if (fileKeyRef !== undefined) checkFileKey(errors, fileKeyRef, volumes, place.at('fileKeyRef'));
  const count = Object.keys(source).length;
  if (count === 0) {
    const kinds = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.invalid(place, '', `must specify one of: ${kinds}`);
  } else if (value !== '') {
    errors.invalid(place, '', 'may not be specified when `value` is not empty');
  } else if (count > 1) {
    errors.invalid(place, '', 'may not have more than one field specified at a time');
  }
}

function checkKey(errors: FieldErrors, { name = '', key }: KeySelector, place: Place): void {
  check(errors, dns1123Subdomain, name, place.at('name'));
  checkRequired(errors, configMapKey, key, place.at('key'));
}

function checkFileKey(
  errors: FieldErrors,
  selector: NonNullable<EnvVarSource['fileKeyRef']>,
  volumes: Volumes,
  place: Place,
): void {
  const { volumeName, path, key } = selector;
  checkRequired(errors, envVarName, key, place.at('key'));
  checkRequired(errors, dns1123Label, volumeName, place.at('volumeName'));
  requireText(errors, path, place.at('path'));
  checkNoBacksteps(errors, path, place.at('path'));
  const volume = volumes.get(volumeName);
  if (volume === undefined) errors.notFound(place.at('volumeName'), volumeName);
  else if (volume.emptyDir === undefined) {
    errors.invalid(place.at('volumeName'), volumeName, 'referenced volume must be of type emptyDir');
  }
}

/** Upstream names the list, not the item, when an item has no source or two. */
export function validateEnvFrom(
  errors: FieldErrors,
  sources: readonly EnvFromSource[] | undefined,
  list: Place,
): void {
  each(sources, list, ({ prefix = '', configMapRef, secretRef }, place) => {
    if (prefix !== '') check(errors, envVarName, prefix, place.at('prefix'));
    checkReference(errors, configMapRef, place.at('configMapRef'));
    checkReference(errors, secretRef, place.at('secretRef'));
    if (configMapRef === undefined && secretRef === undefined) {
      errors.invalid(place.namedAs(list), '', 'must specify one of: `configMapRef` or `secretRef`');
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      errors.invalid(place.namedAs(list), '', 'may not have more than one field specified at a time');
    }
  });
}

function checkReference(errors: FieldErrors, reference: EnvFromSource['configMapRef'], place: Place): void {
  if (reference === undefined) return;
  checkRequired(errors, dns1123Subdomain, reference.name ?? '', place.at('name'));
}
