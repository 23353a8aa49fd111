import type { FieldPath } from '../../core/field-path.ts';
import { invalid, notFound } from '../field-error.ts';
import type { Container, EnvFromSource, EnvVar, EnvVarSource, KeySelector } from '../pod.ts';
import { validateFieldRef, validateResourceFieldRef } from './downward-api.ts';
import { configMapKey, dns1123Label, dns1123Subdomain, envVarName } from './names.ts';
import { checkNoBacksteps } from './paths.ts';
import { check, checkRequired, type Errors, each, requireText } from './rules.ts';
import type { Volumes } from './volume-mounts.ts';

export function* validateEnv(container: Container, volumes: Volumes, path: FieldPath): Errors {
  for (const [variable, place] of each(container.env, path)) {
    yield* checkRequired(envVarName, variable.name, [...place, 'name']);
    if (variable.valueFrom !== undefined) yield* checkValueFrom(variable, variable.valueFrom, volumes, place);
  }
}

function* checkValueFrom(variable: EnvVar, source: EnvVarSource, volumes: Volumes, place: FieldPath): Errors {
  const path = [...place, 'valueFrom'];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef !== undefined) yield* validateFieldRef(fieldRef, [...path, 'fieldRef']);
  if (resourceFieldRef !== undefined) {
    yield* validateResourceFieldRef(resourceFieldRef, [...path, 'resourceFieldRef'], false);
  }
  if (configMapKeyRef !== undefined) yield* checkKey(configMapKeyRef, [...path, 'configMapKeyRef']);
  if (secretKeyRef !== undefined) yield* checkKey(secretKeyRef, [...path, 'secretKeyRef']);
  if (fileKeyRef !== undefined) yield* checkFileKey(fileKeyRef, volumes, [...path, 'fileKeyRef']);
  const count = Object.keys(source).length;
  if (count === 0) {
    const kinds = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    yield invalid(path, '', `must specify one of: ${kinds}`);
  } else if ((variable.value ?? '') !== '') {
    yield invalid(path, '', 'may not be specified when `value` is not empty');
  } else if (count > 1) {
    yield invalid(path, '', 'may not have more than one field specified at a time');
  }
}

function* checkKey(selector: KeySelector, path: FieldPath): Errors {
  yield* check(dns1123Subdomain, selector.name ?? '', [...path, 'name']);
  yield* checkRequired(configMapKey, selector.key, [...path, 'key']);
}

function* checkFileKey(
  selector: NonNullable<EnvVarSource['fileKeyRef']>,
  volumes: Volumes,
  path: FieldPath,
): Errors {
  const { volumeName } = selector;
  yield* checkRequired(envVarName, selector.key, [...path, 'key']);
  yield* checkRequired(dns1123Label, volumeName, [...path, 'volumeName']);
  yield* requireText(selector.path, [...path, 'path']);
  yield* checkNoBacksteps(selector.path, [...path, 'path']);
  const volume = volumes.get(volumeName);
  if (volume === undefined) yield notFound([...path, 'volumeName'], volumeName);
  else if (volume.emptyDir === undefined) {
    yield invalid([...path, 'volumeName'], volumeName, 'referenced volume must be of type emptyDir');
  }
}

/** Upstream names the list, not the item, when an item has no source or two. */
export function* validateEnvFrom(sources: readonly EnvFromSource[] | undefined, path: FieldPath): Errors {
  for (const [source, place] of each(sources, path)) {
    const { prefix = '', configMapRef, secretRef } = source;
    if (prefix !== '') yield* check(envVarName, prefix, [...place, 'prefix']);
    for (const kind of ['configMapRef', 'secretRef'] as const) {
      const reference = source[kind];
      if (reference === undefined) continue;
      yield* checkRequired(dns1123Subdomain, reference.name ?? '', [...place, kind, 'name']);
    }
    if (configMapRef === undefined && secretRef === undefined) {
      yield { ...invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'), at: place };
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      yield { ...invalid(path, '', 'may not have more than one field specified at a time'), at: place };
    }
  }
}
