import type { Quantity, ResourceRequirements } from '../meta.ts';
import type { PodSpec } from '../pod.ts';
import { canonicalQuantity, compareQuantities, type ExactQuantity, parseQuantity } from '../quantity.ts';
import type { FieldErrors } from './field-errors.ts';
import { qualifiedName } from './names.ts';
import { type Place, SPEC } from './place.ts';
import { check, each } from './rules.ts';

const HUGE_PAGES = 'hugepages-';
const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];
/** Names of other places: of quotas, nodes and claims. Upstream's message differs for them. */
const STANDARD_RESOURCES: ReadonlySet<string> = new Set([
  ...CONTAINER_RESOURCES,
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'storage',
  'requests.storage',
]);

export function validateContainerResources(
  errors: FieldErrors,
  resources: ResourceRequirements,
  claims: ResourceClaims,
  place: Place,
): void {
  checkRequirements(errors, resources, checkContainerResourceName, place);
  checkClaims(errors, resources, claims, place.at('claims'));
}

/** Resources of the whole pod: since 1.34 for cpu, memory and huge pages. */
export function validatePodResources(errors: FieldErrors, spec: PodSpec): void {
  const { resources } = spec;
  if (resources === undefined) return;
  const place = SPEC.at('resources');
  if (spec.os?.name === 'windows') {
    errors.forbidden(place, 'may not be set for a windows pod');
    return;
  }
  if (resources.claims !== undefined) {
    errors.forbidden(place.at('claims'), 'claims may not be set for Resources at pod-level');
  }
  checkRequirements(errors, resources, checkPodResourceName, place);
  checkContainerLimits(errors, spec, resources, place);
}

type NameRule = (errors: FieldErrors, name: string, place: Place) => void;

function checkRequirements(
  errors: FieldErrors,
  resources: ResourceRequirements,
  nameRule: NameRule,
  place: Place,
): void {
  if (resources.limits === undefined && resources.requests === undefined) return;
  const { limits = {}, requests = {} } = resources;
  const limitNames = Object.keys(limits);
  const requestNames = Object.keys(requests);
  for (const name of limitNames) {
    const at = place.at('limits').at(name);
    nameRule(errors, name, at);
    checkQuantity(errors, name, limits[name] ?? 0, at);
  }
  for (const name of requestNames) {
    const at = place.at('requests').at(name);
    const request = requests[name] ?? 0;
    nameRule(errors, name, at);
    checkQuantity(errors, name, request, at);
    if (Object.hasOwn(limits, name)) checkAgainstLimit(errors, name, request, limits[name] ?? 0, place);
    else if (!isOvercommitAllowed(name)) {
      errors.required(place.at('limits'), 'Limit must be set for non overcommitable resources');
    }
  }
  if (needsCompany(limitNames, requestNames)) errors.forbidden(place, 'HugePages require cpu or memory');
}

/** Whether there are huge pages, but neither cpu nor memory. */
function needsCompany(limits: readonly string[], requests: readonly string[]): boolean {
  const hasHugePages = limits.some(isHugePages) || requests.some(isHugePages);
  return hasHugePages && !['cpu', 'memory'].some((it) => limits.includes(it) || requests.includes(it));
}

/** True when upstream goes on to its next rule. */
function checkResourceName(errors: FieldErrors, name: string, place: Place): boolean {
  if (CONTAINER_RESOURCES.includes(name)) return true;
  const isQualified = check(errors, qualifiedName, name, place);
  if (isQualified && !name.includes('/') && !STANDARD_RESOURCES.has(name) && !isHugePages(name)) {
    errors.invalid(place, name, 'must be a standard resource type or fully qualified');
    return false;
  }
  return isQualified;
}

function checkContainerResourceName(errors: FieldErrors, name: string, place: Place): void {
  checkResourceName(errors, name, place);
  if (!name.includes('/')) {
    if (CONTAINER_RESOURCES.includes(name) || isHugePages(name)) return;
    errors.invalid(place, name, 'must be a standard resource for containers');
  } else if (
    !isNative(name) &&
    (name.startsWith('requests.') || qualifiedName(`requests.${name}`).length > 0)
  ) {
    errors.invalid(place, name, "doesn't follow extended resource name standard");
  }
}

function checkPodResourceName(errors: FieldErrors, name: string, place: Place): void {
  if (!checkResourceName(errors, name, place)) return;
  const isSupported = name === 'cpu' || name === 'memory' || isHugePages(name);
  if (!isSupported) errors.notSupported(place, name, ['cpu', 'hugepages-', 'memory']);
}

function isHugePages(name: string): boolean {
  return name.startsWith(HUGE_PAGES);
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isOvercommitAllowed(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

function checkQuantity(errors: FieldErrors, name: string, quantity: Quantity, place: Place): void {
  const { nanos } = exact(quantity);
  if (nanos < 0n) {
    errors.invalid(place, canonicalQuantity(quantity), 'must be greater than or equal to 0');
  }
  // Extended resources are counted, and so are objects.
  if (!isNative(name) && nanos % NANOS_OF_ONE !== 0n) {
    errors.invalid(place, canonicalQuantity(quantity), 'must be an integer');
  }
  if (isHugePages(name) && !isMultiple(nanos, name.slice(HUGE_PAGES.length))) {
    const text = canonicalQuantity(quantity);
    errors.invalid(place, text, `${text} is not positive integer multiple of ${name}`);
  }
}

function isMultiple(nanos: bigint, pageSize: string): boolean {
  const size = parseQuantity(pageSize);
  return size.ok && size.value.nanos > 0n && nanos % size.value.nanos === 0n;
}

function checkAgainstLimit(
  errors: FieldErrors,
  name: string,
  request: Quantity,
  limit: Quantity,
  place: Place,
): void {
  const order = compareQuantities(exact(request), exact(limit));
  if (order === 0 || (order < 0 && isOvercommitAllowed(name))) return;
  const relation = isOvercommitAllowed(name) ? 'less than or equal' : 'equal';
  const requests = place.at('requests');
  errors.invalid(
    requests.at(name).namedAs(requests),
    canonicalQuantity(request),
    `must be ${relation} to ${name} limit of ${canonicalQuantity(limit)}`,
  );
}

function checkContainerLimits(
  errors: FieldErrors,
  spec: PodSpec,
  { limits: podLimits = {} }: ResourceRequirements,
  place: Place,
): void {
  each(spec.containers, SPEC.at('containers'), ({ resources }, container, index) => {
    const { limits = {} } = resources ?? {};
    for (const name of Object.keys(limits)) {
      if (!Object.hasOwn(podLimits, name)) continue;
      const limit = limits[name] ?? 0;
      const podLimit = podLimits[name] ?? 0;
      if (compareQuantities(exact(limit), exact(podLimit)) <= 0) continue;
      const named = place.at('containers').at(index).at(name).at('limits');
      errors.invalid(
        container.at('resources').at('limits').at(name).namedAs(named),
        canonicalQuantity(limit),
        `must be less than or equal to pod limits of ${canonicalQuantity(podLimit)}`,
      );
    }
  });
}

/** The claims that containers may name. */
export interface ResourceClaims {
  readonly names: ReadonlySet<string>;
  /** How upstream's message goes on about them. */
  readonly listed: string;
}

const NO_CLAIMS: ResourceClaims = { names: new Set(), listed: ' which is empty' };
/** Longer lists are cut: the message is repeated for every claim that is not among them. */
const MAX_LISTED = 2000;

export function resourceClaimsOf({ resourceClaims = [] }: PodSpec): ResourceClaims {
  if (resourceClaims.length === 0) return NO_CLAIMS;
  const names = resourceClaims.map((it) => it.name).toSorted();
  const list = names.join(', ');
  const shown = list.length > MAX_LISTED ? `${list.slice(0, MAX_LISTED)}...` : list;
  return { names: new Set(names), listed: `: ${shown}` };
}

function checkClaims(
  errors: FieldErrors,
  { claims }: ResourceRequirements,
  { names, listed }: ResourceClaims,
  list: Place,
): void {
  if (claims === undefined) return;
  const seen = new Set<string>();
  each(claims, list, ({ name, request = '' }, place) => {
    if (name === '') {
      errors.required(place);
      return;
    }
    const key = request === '' ? name : `${name}/${request}`;
    if (seen.has(name) || seen.has(key)) errors.duplicate(place, seen.has(name) ? name : key);
    seen.add(key);
    if (names.has(name)) return;
    errors.notFound(place, name, `must be one of the names in pod.spec.resourceClaims${listed}`);
  });
}

const NANOS_OF_ONE = 10n ** 9n;

/** Decoding has refused what is no quantity. */
function exact(quantity: Quantity): ExactQuantity {
  const parsed = parseQuantity(quantity);
  return parsed.ok ? parsed.value : { nanos: 0n };
}
