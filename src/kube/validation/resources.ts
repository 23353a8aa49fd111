import type { FieldPath } from '../../core/field-path.ts';
import { duplicate, forbidden, invalid, notFound, notSupported, required } from '../field-error.ts';
import type { Quantity, ResourceRequirements } from '../meta.ts';
import type { PodSpec } from '../pod.ts';
import { canonicalQuantity, compareQuantities, type ExactQuantity, parseQuantity } from '../quantity.ts';
import { qualifiedName } from './names.ts';
import { check, type Errors, each } from './rules.ts';

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

export function* validateContainerResources(
  resources: ResourceRequirements,
  claims: PodSpec['resourceClaims'],
  path: FieldPath,
): Errors {
  yield* checkRequirements(resources, path, checkContainerResourceName);
  yield* checkClaims(resources, claims, [...path, 'claims']);
}

/** Resources of the whole pod: since 1.34 for cpu, memory and huge pages. */
export function* validatePodResources(spec: PodSpec): Errors {
  const { resources } = spec;
  if (resources === undefined) return;
  const path = ['spec', 'resources'];
  if (spec.os?.name === 'windows') {
    yield forbidden(path, 'may not be set for a windows pod');
    return;
  }
  if (resources.claims !== undefined) {
    yield forbidden([...path, 'claims'], 'claims may not be set for Resources at pod-level');
  }
  yield* checkRequirements(resources, path, checkPodResourceName);
  yield* checkContainerLimits(spec, resources, path);
}

type NameRule = (name: string, path: FieldPath) => Errors;

function* checkRequirements(resources: ResourceRequirements, path: FieldPath, nameRule: NameRule): Errors {
  const { limits = {}, requests = {} } = resources;
  for (const [name, quantity] of Object.entries(limits)) {
    yield* nameRule(name, [...path, 'limits', name]);
    yield* checkQuantity(name, quantity, [...path, 'limits', name]);
  }
  for (const [name, quantity] of Object.entries(requests)) {
    yield* nameRule(name, [...path, 'requests', name]);
    yield* checkQuantity(name, quantity, [...path, 'requests', name]);
    yield* checkAgainstLimit(name, quantity, limits[name], path);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some((it) => it.startsWith(HUGE_PAGES)) && !names.includes('cpu') && !names.includes('memory')) {
    yield forbidden(path, 'HugePages require cpu or memory');
  }
}

function* checkResourceName(name: string, path: FieldPath): Errors {
  const messages = [...check(qualifiedName, name, path)];
  yield* messages;
  const isStandard = STANDARD_RESOURCES.has(name) || name.startsWith(HUGE_PAGES);
  if (messages.length === 0 && !name.includes('/') && !isStandard) {
    yield invalid(path, name, 'must be a standard resource type or fully qualified');
  }
}

function* checkContainerResourceName(name: string, path: FieldPath): Errors {
  yield* checkResourceName(name, path);
  if (!name.includes('/')) {
    if (CONTAINER_RESOURCES.includes(name) || name.startsWith(HUGE_PAGES)) return;
    yield invalid(path, name, 'must be a standard resource for containers');
  } else if (
    !isNative(name) &&
    (name.startsWith('requests.') || qualifiedName(`requests.${name}`).length > 0)
  ) {
    yield invalid(path, name, "doesn't follow extended resource name standard");
  }
}

function* checkPodResourceName(name: string, path: FieldPath): Errors {
  const errors = [...checkResourceName(name, path)];
  yield* errors;
  const isSupported = name === 'cpu' || name === 'memory' || name.startsWith(HUGE_PAGES);
  if (errors.length === 0 && !isSupported) yield notSupported(path, name, ['cpu', 'hugepages-', 'memory']);
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isOvercommitAllowed(name: string): boolean {
  return isNative(name) && !name.startsWith(HUGE_PAGES);
}

function* checkQuantity(name: string, quantity: Quantity, path: FieldPath): Errors {
  const value = exact(quantity);
  if (value.nanos < 0n) {
    yield invalid(path, canonicalQuantity(quantity), 'must be greater than or equal to 0');
  }
  // Extended resources are counted, and so are objects.
  const isWhole = value.nanos % 10n ** 9n === 0n;
  if (!isNative(name) && !isWhole) yield invalid(path, canonicalQuantity(quantity), 'must be an integer');
  if (!name.startsWith(HUGE_PAGES)) return;
  const pageSize = parseQuantity(name.slice(HUGE_PAGES.length));
  const isMultiple = pageSize.ok && pageSize.value.nanos > 0n && value.nanos % pageSize.value.nanos === 0n;
  if (!isMultiple) {
    const text = canonicalQuantity(quantity);
    yield invalid(path, text, `${text} is not positive integer multiple of ${name}`);
  }
}

function* checkAgainstLimit(
  name: string,
  request: Quantity,
  limit: Quantity | undefined,
  path: FieldPath,
): Errors {
  if (limit === undefined) {
    if (isOvercommitAllowed(name)) return;
    yield required([...path, 'limits'], 'Limit must be set for non overcommitable resources');
    return;
  }
  const order = compareQuantities(exact(request), exact(limit));
  const relation = isOvercommitAllowed(name) ? 'less than or equal' : 'equal';
  if (order > 0 || (order < 0 && !isOvercommitAllowed(name))) {
    const detail = `must be ${relation} to ${name} limit of ${canonicalQuantity(limit)}`;
    yield {
      ...invalid([...path, 'requests'], canonicalQuantity(request), detail),
      at: [...path, 'requests', name],
    };
  }
}

function* checkContainerLimits(spec: PodSpec, pod: ResourceRequirements, path: FieldPath): Errors {
  for (const [index, container] of spec.containers.entries()) {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const podLimit = pod.limits?.[name];
      if (podLimit === undefined || compareQuantities(exact(limit), exact(podLimit)) <= 0) continue;
      const detail = `must be less than or equal to pod limits of ${canonicalQuantity(podLimit)}`;
      const error = invalid([...path, 'containers', index, name, 'limits'], canonicalQuantity(limit), detail);
      yield { ...error, at: ['spec', 'containers', index, 'resources', 'limits', name] };
    }
  }
}

function* checkClaims(
  resources: ResourceRequirements,
  claims: PodSpec['resourceClaims'],
  path: FieldPath,
): Errors {
  const known = (claims ?? []).map((it) => it.name).toSorted();
  const seen = new Set<string>();
  for (const [{ name, request = '' }, place] of each(resources.claims, path)) {
    if (name === '') {
      yield required(place);
      continue;
    }
    const key = request === '' ? name : `${name}/${request}`;
    if (seen.has(name) || seen.has(key)) yield duplicate(place, seen.has(name) ? name : key);
    seen.add(key);
    if (known.includes(name)) continue;
    const rest = known.length === 0 ? ' which is empty' : `: ${known.join(', ')}`;
    yield { ...notFound(place, name), detail: `must be one of the names in pod.spec.resourceClaims${rest}` };
  }
}

/** Decoding has refused what is no quantity. */
function exact(quantity: Quantity): ExactQuantity {
  const parsed = parseQuantity(quantity);
  return parsed.ok ? parsed.value : { nanos: 0n };
}
