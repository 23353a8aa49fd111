import type { FieldPath } from '../../core/field-path.ts';
import { invalid, notSupported, required } from '../field-error.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../meta.ts';
import { canonicalQuantity, parseQuantity } from '../quantity.ts';
import type { DownwardAPIVolumeFile, DownwardAPIVolumeSource } from '../volume.ts';
import { qualifiedName } from './names.ts';
import { checkNotReserved } from './paths.ts';
import { check, checkFileMode, type Errors, requireText } from './rules.ts';

/** The fields that a container may learn of its pod, in environment variables and in files. */
const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function* validateDownwardApi(source: DownwardAPIVolumeSource, path: FieldPath): Errors {
  yield* checkFileMode(source.defaultMode, [...path, 'defaultMode']);
  for (const [index, file] of (source.items ?? []).entries()) {
    yield* validateDownwardApiFile(file, path, [...path, 'items', index]);
  }
}

/** Upstream's paths of these errors lack the item: `path` is what it names, `at` where the file is written. */
export function* validateDownwardApiFile(
  file: DownwardAPIVolumeFile,
  path: FieldPath,
  at: FieldPath,
): Errors {
  for (const error of fileErrors(file, path))
    yield { ...error, at: [...at, ...error.path.slice(path.length)] };
}

function* fileErrors(file: DownwardAPIVolumeFile, path: FieldPath): Errors {
  yield* requireText(file.path, [...path, 'path']);
  yield* checkNotReserved(file.path, [...path, 'path']);
  if (file.fieldRef !== undefined) {
    yield* checkFieldSelector(file.fieldRef, VOLUME_FIELDS, [...path, 'fieldRef']);
    if (file.resourceFieldRef !== undefined) {
      yield invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
    }
  } else if (file.resourceFieldRef !== undefined) {
    yield* validateResourceFieldRef(file.resourceFieldRef, [...path, 'resourceFieldRef'], true);
  } else {
    yield required(path, 'one of fieldRef and resourceFieldRef is required');
  }
  yield* checkFileMode(file.mode, [...path, 'mode']);
}

/** `fieldRef` of an environment variable. */
export function* validateFieldRef(selector: ObjectFieldSelector, path: FieldPath): Errors {
  yield* checkFieldSelector(selector, ENV_FIELDS, path);
}

const SUBSCRIPTED = /^(.*)\['([^']*)'\]$/;

function* checkFieldSelector(
  selector: ObjectFieldSelector,
  supported: readonly string[],
  path: FieldPath,
): Errors {
  const { apiVersion = 'v1', fieldPath } = selector;
  yield* requireText(fieldPath, [...path, 'fieldPath']);
  if (fieldPath === '') return;
  const place = [...path, 'fieldPath'];
  const [, map, key] = SUBSCRIPTED.exec(fieldPath) ?? [];
  const label = conversionError(apiVersion, fieldPath, map);
  if (label !== undefined) yield invalid(place, fieldPath, `error converting fieldPath: ${label}`);
  else if (map === 'metadata.annotations') yield* check(qualifiedName, (key ?? '').toLowerCase(), path);
  else if (map === 'metadata.labels') yield* check(qualifiedName, key ?? '', path);
  else if (!supported.includes(fieldPath)) yield notSupported(place, fieldPath, supported);
}

/** Fields that exist, but that no container may ask for. */
const OTHER_FIELDS = ['spec.restartPolicy', 'spec.schedulerName', 'status.phase'];

function conversionError(apiVersion: string, fieldPath: string, map: string | undefined): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  if (map !== undefined) {
    const isMap = map === 'metadata.annotations' || map === 'metadata.labels';
    return isMap ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  const known = [...ENV_FIELDS, ...VOLUME_FIELDS, ...OTHER_FIELDS].includes(fieldPath);
  return known ? undefined : `field label not supported: ${fieldPath}`;
}

/** `resourceFieldRef` of an environment variable or of a volume's file. */
export function* validateResourceFieldRef(
  selector: ResourceFieldSelector,
  path: FieldPath,
  inVolume: boolean,
): Errors {
  const { resource, containerName = '' } = selector;
  if (inVolume && containerName === '') yield required([...path, 'containerName']);
  else if (resource === '') yield required([...path, 'resource']);
  else if (!RESOURCES.includes(resource) && !/^(?:requests|limits)\.hugepages-/.test(resource)) {
    yield notSupported([...path, 'resource'], resource, RESOURCES);
  }
  yield* checkDivisor(selector, [...path, 'divisor']);
}

function* checkDivisor({ resource, divisor }: ResourceFieldSelector, path: FieldPath): Errors {
  const parsed = parseQuantity(divisor ?? 0);
  if (divisor === undefined || !parsed.ok || parsed.value.nanos === 0n) return;
  const canonical = canonicalQuantity(divisor);
  const kind = resource.split('.')[1] ?? '';
  if (kind === 'cpu') {
    if (canonical === '1' || canonical === '1m') return;
    yield invalid(path, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
    return;
  }
  const name = DIVISOR_NAMES[kind.startsWith('hugepages-') ? 'hugepages' : kind];
  if (name === undefined || BYTE_DIVISORS.includes(canonical)) return;
  const values = BYTE_DIVISORS.join(', ');
  yield invalid(path, resource, `only divisor's values ${values} are supported with the ${name} resource`);
}

const DIVISOR_NAMES: Readonly<Record<string, string>> = {
  memory: 'memory',
  'ephemeral-storage': 'local ephemeral storage',
  hugepages: 'hugepages',
};
