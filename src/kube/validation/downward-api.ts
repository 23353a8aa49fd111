import type { ObjectFieldSelector, ResourceFieldSelector } from '../meta.ts';
import { canonicalQuantity, parseQuantity } from '../quantity.ts';
import type { DownwardAPIVolumeFile, DownwardAPIVolumeSource } from '../volume.ts';
import type { FieldErrors } from './field-errors.ts';
import { qualifiedName } from './names.ts';
import { checkNotReserved } from './paths.ts';
import type { Place } from './place.ts';
import { check, checkFileMode, each, requireText } from './rules.ts';

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
/** Fields that exist, but that no container may ask for. */
const OTHER_FIELDS = ['spec.restartPolicy', 'spec.schedulerName', 'status.phase'];
const KNOWN_FIELDS: ReadonlySet<string> = new Set([...ENV_FIELDS, ...VOLUME_FIELDS, ...OTHER_FIELDS]);

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function validateDownwardApi(
  errors: FieldErrors,
  source: DownwardAPIVolumeSource,
  place: Place,
): void {
  checkFileMode(errors, source.defaultMode, place.at('defaultMode'));
  each(source.items, place.at('items'), (file, at) => {
    validateDownwardApiFile(errors, file, at.namedAs(place));
  });
}

/** Upstream's paths of these errors lack the item: callers name the place after what holds the list. */
export function validateDownwardApiFile(
  errors: FieldErrors,
  file: DownwardAPIVolumeFile,
  place: Place,
): void {
  const { path, fieldRef, resourceFieldRef } = file;
  requireText(errors, path, place.at('path'));
  checkNotReserved(errors, path, place.at('path'));
  if (fieldRef !== undefined) {
    checkFieldSelector(errors, fieldRef, VOLUME_FIELDS, place.at('fieldRef'));
    if (resourceFieldRef !== undefined) {
      const detail = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.invalid(place, 'resource', detail);
    }
  } else if (resourceFieldRef !== undefined) {
    validateResourceFieldRef(errors, resourceFieldRef, 'volume', place.at('resourceFieldRef'));
  } else {
    errors.required(place, 'one of fieldRef and resourceFieldRef is required');
  }
  checkFileMode(errors, file.mode, place.at('mode'));
}

/** `fieldRef` of an environment variable. */
export function validateFieldRef(errors: FieldErrors, selector: ObjectFieldSelector, place: Place): void {
  checkFieldSelector(errors, selector, ENV_FIELDS, place);
}

const SUBSCRIPTED = /^(.*)\['([^']*)'\]$/;

function checkFieldSelector(
  errors: FieldErrors,
  selector: ObjectFieldSelector,
  supported: readonly string[],
  place: Place,
): void {
  const { apiVersion = 'v1', fieldPath } = selector;
  const pathPlace = place.at('fieldPath');
  requireText(errors, fieldPath, pathPlace);
  if (fieldPath === '') return;
  const [, map, key = ''] = SUBSCRIPTED.exec(fieldPath) ?? [];
  const label = conversionError(apiVersion, fieldPath, map);
  if (label !== undefined) errors.invalid(pathPlace, fieldPath, `error converting fieldPath: ${label}`);
  else if (map === 'metadata.annotations') check(errors, qualifiedName, key.toLowerCase(), place);
  else if (map === 'metadata.labels') check(errors, qualifiedName, key, place);
  else if (!supported.includes(fieldPath)) errors.notSupported(pathPlace, fieldPath, supported);
}

function conversionError(apiVersion: string, fieldPath: string, map: string | undefined): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  if (map !== undefined) {
    const isMap = map === 'metadata.annotations' || map === 'metadata.labels';
    return isMap ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  return KNOWN_FIELDS.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`;
}

/** `resourceFieldRef` of an environment variable or of a volume's file. */
export function validateResourceFieldRef(
  errors: FieldErrors,
  selector: ResourceFieldSelector,
  use: 'env' | 'volume',
  place: Place,
): void {
  const { resource, containerName = '' } = selector;
  if (use === 'volume' && containerName === '') errors.required(place.at('containerName'));
  else if (resource === '') errors.required(place.at('resource'));
  else if (!RESOURCES.includes(resource) && !/^(?:requests|limits)\.hugepages-/.test(resource)) {
    errors.notSupported(place.at('resource'), resource, RESOURCES);
  }
  checkDivisor(errors, selector, place.at('divisor'));
}

function checkDivisor(errors: FieldErrors, selector: ResourceFieldSelector, place: Place): void {
  const { resource, divisor } = selector;
  const parsed = parseQuantity(divisor ?? 0);
  if (divisor === undefined || !parsed.ok || parsed.value.nanos === 0n) return;
  const canonical = canonicalQuantity(divisor);
  const kind = resource.split('.')[1] ?? '';
  if (kind === 'cpu') {
    if (canonical === '1' || canonical === '1m') return;
    errors.invalid(place, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
    return;
  }
  const name = DIVISOR_NAMES.get(kind.startsWith('hugepages-') ? 'hugepages' : kind);
  if (name === undefined || BYTE_DIVISORS.includes(canonical)) return;
  const values = BYTE_DIVISORS.join(', ');
  errors.invalid(place, resource, `only divisor's values ${values} are supported with the ${name} resource`);
}

const DIVISOR_NAMES: ReadonlyMap<string, string> = new Map([
  ['memory', 'memory'],
  ['ephemeral-storage', 'local ephemeral storage'],
  ['hugepages', 'hugepages'],
]);
