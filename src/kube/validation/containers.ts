import type { FieldPath } from '../../core/field-path.ts';
import type { DefaultedContainer, DefaultedPodSpec } from '../defaults.ts';
import { duplicate, forbidden, invalid, notFound, required, tooMany } from '../field-error.ts';
import type { Container } from '../pod.ts';
import { validateEnv, validateEnvFrom } from './environment.ts';
import { validateHandlers } from './handlers.ts';
import { dns1123Label } from './names.ts';
import { checkHostPorts, validatePorts } from './ports.ts';
import { validateContainerResources } from './resources.ts';
import { checkChosen, checkRequired, checkSupported, type Errors, each, requireText } from './rules.ts';
import { validateSecurityContext } from './security-context.ts';
import { validateVolumeDevices, validateVolumeMounts } from './volume-mounts.ts';

/** Regular, init and ephemeral containers, in upstream's order. */
export function* validateContainers(spec: DefaultedPodSpec): Errors {
  yield* checkRegular(spec, ['spec', 'containers']);
  yield* checkInit(spec, ['spec', 'initContainers']);
  yield* checkEphemeral(spec, ['spec', 'ephemeralContainers']);
}

function* checkRegular(spec: DefaultedPodSpec, path: FieldPath): Errors {
  if (spec.containers.length === 0) yield required(path);
  const names = new Set<string>();
  for (const [container, place] of each(spec.containers, path)) {
    yield* checkCommon(container, spec, place);
    if (names.has(container.name)) yield duplicate([...place, 'name'], container.name);
    names.add(container.name);
    yield* validateHandlers(container, spec, place);
    yield* checkRestartPolicy(container, place);
  }
  yield* checkHostPorts(spec.containers, path);
}

const NOT_FOR_INIT = 'may not be set for init containers without restartPolicy=Always';

function* checkInit(spec: DefaultedPodSpec, path: FieldPath): Errors {
  const names = new Set(spec.containers.map((it) => it.name));
  for (const [container, place, index] of each(spec.initContainers, path)) {
    yield* checkCommon(container, spec, place);
    const isSidecar = container.restartPolicy === 'Always';
    yield* checkRestartPolicy(container, place);
    if (names.has(container.name)) yield duplicate([...place, 'name'], container.name);
    names.add(container.name);
    // They run one after the other, so each is looked at alone.
    yield* checkHostPorts([container], path, index);
    if (isSidecar) yield* validateHandlers(container, spec, place);
    else {
      yield* forbidSet(container, HANDLERS, NOT_FOR_INIT, place);
      yield* forbidRestartOnResize(container, [...place, 'resizePolicy']);
    }
  }
}

const HANDLERS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
/** What a container that only visits a running pod must not have. */
const NOT_EPHEMERAL = ['ports', 'resizePolicy', 'restartPolicy', 'restartPolicyRules', ...HANDLERS] as const;

function* checkEphemeral(spec: DefaultedPodSpec, path: FieldPath): Errors {
  const detail = 'cannot be set for an Ephemeral Container';
  const targets = new Set([...spec.containers, ...(spec.initContainers ?? [])].map((it) => it.name));
  const names = new Set(targets);
  for (const [container, place] of each(spec.ephemeralContainers, path)) {
    yield* checkCommon(container, spec, place);
    if (names.has(container.name)) yield duplicate([...place, 'name'], container.name);
    names.add(container.name);
    const target = container.targetContainerName ?? '';
    if (target !== '' && !targets.has(target)) yield notFound([...place, 'targetContainerName'], target);
    yield* forbidSet(container, NOT_EPHEMERAL, detail, place);
    if (Object.keys(container.resources).length > 0) yield forbidden([...place, 'resources'], detail);
    for (const [mount, at] of each(container.volumeMounts, [...place, 'volumeMounts'])) {
      yield* forbidSet(mount, ['subPath', 'subPathExpr'], detail, at);
    }
  }
}

function* forbidSet<K extends string>(
  value: { readonly [F in K]?: unknown },
  fields: readonly K[],
  detail: string,
  path: FieldPath,
): Errors {
  for (const field of fields) {
    if (value[field] !== undefined) yield forbidden([...path, field], detail);
  }
}

function* checkCommon(container: DefaultedContainer, spec: DefaultedPodSpec, path: FieldPath): Errors {
  const volumes = new Map((spec.volumes ?? []).map((it) => [it.name, it]));
  yield* checkRequired(dns1123Label, container.name, [...path, 'name']);
  yield* checkImage(container.image ?? '', [...path, 'image']);
  yield* checkChosen(
    container.terminationMessagePolicy,
    ['File', 'FallbackToLogsOnError'],
    [...path, 'terminationMessagePolicy'],
  );
  yield* validatePorts(container.ports, [...path, 'ports']);
  yield* validateEnv(container, volumes, [...path, 'env']);
  yield* validateEnvFrom(container.envFrom, [...path, 'envFrom']);
  yield* validateVolumeMounts(container, volumes, [...path, 'volumeMounts']);
  yield* validateVolumeDevices(container, volumes, [...path, 'volumeDevices']);
  yield* checkChosen(
    container.imagePullPolicy,
    ['Always', 'IfNotPresent', 'Never'],
    [...path, 'imagePullPolicy'],
  );
  yield* validateContainerResources(container.resources, spec.resourceClaims, [...path, 'resources']);
  yield* checkResizePolicy(container, spec, [...path, 'resizePolicy']);
  yield* validateSecurityContext(
    container.securityContext,
    [...path, 'securityContext'],
    spec.hostUsers !== false,
  );
}

function* checkImage(image: string, path: FieldPath): Errors {
  yield* requireText(image, path);
  if (image.trim() !== image) yield invalid(path, image, 'must not have leading or trailing whitespace');
}

function* checkResizePolicy(container: Container, spec: DefaultedPodSpec, path: FieldPath): Errors {
  const resources = new Set<string>();
  for (const [{ resourceName, restartPolicy }, place] of each(container.resizePolicy, path)) {
    if (resources.has(resourceName)) yield duplicate(place, resourceName);
    resources.add(resourceName);
    yield* checkChosen(resourceName, ['cpu', 'memory'], path);
    yield* checkChosen(restartPolicy, ['NotRequired', 'RestartContainer'], path);
    if (spec.restartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      yield invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
    }
  }
}

/** Of a container that runs once there is nothing to restart. */
function* forbidRestartOnResize(container: Container, path: FieldPath): Errors {
  const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
  for (const [{ restartPolicy }, place] of each(container.resizePolicy, path))
    if (restartPolicy === 'RestartContainer')
      yield invalid([...place, 'restartPolicy'], restartPolicy, detail);
}

const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;

/** The restart policy of one container, with rules by exit code; the whole pod can be restarted since 1.36. */
function* checkRestartPolicy(container: Container, path: FieldPath): Errors {
  const { restartPolicy, restartPolicyRules = [] } = container;
  if (restartPolicy !== undefined) {
    yield* checkChosen(restartPolicy, ['Always', 'Never', 'OnFailure'], [...path, 'restartPolicy']);
  } else if (restartPolicyRules.length > 0) {
    yield required([...path, 'restartPolicy'], 'must specify restartPolicy when restart rules are used');
  }
  const rulesPath = [...path, 'restartPolicyRules'];
  if (restartPolicyRules.length > MAX_RULES) yield tooMany(rulesPath, restartPolicyRules.length, MAX_RULES);
  for (const [rule, place] of each(restartPolicyRules, rulesPath)) {
    yield* checkSupported(rule.action ?? '', ['Restart', 'RestartAllContainers'], [...place, 'action']);
    if (rule.exitCodes === undefined) yield required([...place, 'exitCodes'], 'must be specified');
    else yield* checkExitCodes(rule.exitCodes, [...place, 'exitCodes']);
  }
}

function* checkExitCodes(
  { operator = '', values = [] }: { readonly operator?: string; readonly values?: readonly number[] },
  path: FieldPath,
): Errors {
  yield* checkSupported(operator, ['In', 'NotIn'], [...path, 'operator']);
  if (values.length > MAX_EXIT_CODES) yield tooMany([...path, 'values'], values.length, MAX_EXIT_CODES);
}
