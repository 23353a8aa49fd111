import type { DefaultedContainer, DefaultedPodSpec } from '../defaults.ts';
import type { Container, ContainerRestartRule } from '../pod.ts';
import { validateEnv, validateEnvFrom } from './environment.ts';
import type { FieldErrors } from './field-errors.ts';
import { validateHandlers } from './handlers.ts';
import { dns1123Label } from './names.ts';
import { type Place, SPEC } from './place.ts';
import { takeHostPorts, validatePorts } from './ports.ts';
import { type ResourceClaims, resourceClaimsOf, validateContainerResources } from './resources.ts';
import { checkChosen, checkRequired, checkSupported, each, requireText } from './rules.ts';
import { validateSecurityContext } from './security-context.ts';
import { type Volumes, validateVolumeDevices, validateVolumeMounts } from './volume-mounts.ts';

/** A pod's spec, with what the rules of every container look up in it. */
interface Surroundings {
  readonly spec: DefaultedPodSpec;
  readonly volumes: Volumes;
  readonly claims: ResourceClaims;
}

/** Regular, init and ephemeral containers, in upstream's order. */
export function validateContainers(errors: FieldErrors, spec: DefaultedPodSpec): void {
  const volumes = new Map((spec.volumes ?? []).map((it) => [it.name, it]));
  const pod: Surroundings = { spec, volumes, claims: resourceClaimsOf(spec) };
  checkRegular(errors, pod, SPEC.at('containers'));
  checkInit(errors, pod, SPEC.at('initContainers'));
  checkEphemeral(errors, pod, SPEC.at('ephemeralContainers'));
}

function checkRegular(errors: FieldErrors, pod: Surroundings, list: Place): void {
  const { containers } = pod.spec;
  if (containers.length === 0) errors.required(list);
  const names = new Set<string>();
  each(containers, list, (container, place) => {
    checkCommon(errors, container, pod, place);
    takeName(errors, container, names, place);
    validateHandlers(errors, container, pod.spec, place);
    checkRestartPolicy(errors, container, place);
  });
  const hostPorts = new Set<string>();
  each(containers, list, (container, place) => takeHostPorts(errors, container, hostPorts, place));
}

function takeName(errors: FieldErrors, { name }: Container, taken: Set<string>, place: Place): void {
  if (taken.has(name)) errors.duplicate(place.at('name'), name);
  taken.add(name);
}

const NOT_FOR_INIT = 'may not be set for init containers without restartPolicy=Always';

function checkInit(errors: FieldErrors, pod: Surroundings, list: Place): void {
  const { containers, initContainers } = pod.spec;
  if (initContainers === undefined) return;
  const names = new Set(containers.map((it) => it.name));
  each(initContainers, list, (container, place) => {
    checkCommon(errors, container, pod, place);
    const isSidecar = container.restartPolicy === 'Always';
    checkRestartPolicy(errors, container, place);
    takeName(errors, container, names, place);
    // They run one after the other, so each is looked at alone.
    takeHostPorts(errors, container, new Set(), place);
    if (isSidecar) validateHandlers(errors, container, pod.spec, place);
    else {
      forbidSet(errors, container, HANDLERS, NOT_FOR_INIT, place);
      forbidRestartOnResize(errors, container, place.at('resizePolicy'));
    }
  });
}

const HANDLERS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
/** What a container that only visits a running pod must not have. */
const NOT_EPHEMERAL = ['ports', 'resizePolicy', 'restartPolicy', 'restartPolicyRules', ...HANDLERS] as const;

function checkEphemeral(errors: FieldErrors, pod: Surroundings, list: Place): void {
  const { containers, initContainers = [], ephemeralContainers } = pod.spec;
  if (ephemeralContainers === undefined) return;
  const detail = 'cannot be set for an Ephemeral Container';
  const targets = new Set([...containers, ...initContainers].map((it) => it.name));
  const names = new Set(targets);
  each(ephemeralContainers, list, (container, place) => {
    checkCommon(errors, container, pod, place);
    takeName(errors, container, names, place);
    const { targetContainerName: target = '' } = container;
    if (target !== '' && !targets.has(target)) errors.notFound(place.at('targetContainerName'), target);
    forbidSet(errors, container, NOT_EPHEMERAL, detail, place);
    if (Object.keys(container.resources).length > 0) errors.forbidden(place.at('resources'), detail);
    each(container.volumeMounts, place.at('volumeMounts'), (mount, at) => {
      forbidSet(errors, mount, ['subPath', 'subPathExpr'], detail, at);
    });
  });
}

function forbidSet<K extends string>(
  errors: FieldErrors,
  value: { readonly [F in K]?: unknown },
  fields: readonly K[],
  detail: string,
  place: Place,
): void {
  for (const field of fields) {
    if (value[field] !== undefined) errors.forbidden(place.at(field), detail);
  }
}

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

function checkCommon(
  errors: FieldErrors,
  container: DefaultedContainer,
  { spec, volumes, claims }: Surroundings,
  place: Place,
): void {
  const { terminationMessagePolicy, imagePullPolicy, resources, securityContext } = container;
  checkRequired(errors, dns1123Label, container.name, place.at('name'));
  checkImage(errors, container.image ?? '', place.at('image'));
  checkChosen(errors, terminationMessagePolicy, MESSAGE_POLICIES, place.at('terminationMessagePolicy'));
  validatePorts(errors, container.ports, place.at('ports'));
  validateEnv(errors, container.env, volumes, place.at('env'));
  validateEnvFrom(errors, container.envFrom, place.at('envFrom'));
  validateVolumeMounts(errors, container, volumes, place.at('volumeMounts'));
  validateVolumeDevices(errors, container, volumes, place.at('volumeDevices'));
  checkChosen(errors, imagePullPolicy, PULL_POLICIES, place.at('imagePullPolicy'));
  validateContainerResources(errors, resources, claims, place.at('resources'));
  checkResizePolicy(errors, container, spec, place.at('resizePolicy'));
  validateSecurityContext(errors, securityContext, spec.hostUsers !== false, place.at('securityContext'));
}

function checkImage(errors: FieldErrors, image: string, place: Place): void {
  requireText(errors, image, place);
  if (image.trim() !== image) {
    errors.invalid(place, image, 'must not have leading or trailing whitespace');
  }
}

const RESIZED_RESOURCES = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];

function checkResizePolicy(
  errors: FieldErrors,
  { resizePolicy }: Container,
  spec: DefaultedPodSpec,
  list: Place,
): void {
  if (resizePolicy === undefined) return;
  const resources = new Set<string>();
  each(resizePolicy, list, ({ resourceName, restartPolicy }, place) => {
    if (resources.has(resourceName)) errors.duplicate(place, resourceName);
    resources.add(resourceName);
    checkChosen(errors, resourceName, RESIZED_RESOURCES, list);
    checkChosen(errors, restartPolicy, RESIZE_POLICIES, list);
    if (spec.restartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.invalid(list, restartPolicy, detail);
    }
  });
}

/** Of a container that runs once there is nothing to restart. */
function forbidRestartOnResize(errors: FieldErrors, { resizePolicy }: Container, list: Place): void {
  const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
  each(resizePolicy, list, ({ restartPolicy }, place) => {
    if (restartPolicy === 'RestartContainer') {
      errors.invalid(place.at('restartPolicy'), restartPolicy, detail);
    }
  });
}

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const MAX_RULES = 20;

/** The restart policy of one container, with rules by exit code; the whole pod can be restarted since 1.36. */
function checkRestartPolicy(errors: FieldErrors, container: Container, place: Place): void {
  const { restartPolicy, restartPolicyRules } = container;
  const count = restartPolicyRules?.length ?? 0;
  if (restartPolicy !== undefined) {
    checkChosen(errors, restartPolicy, RESTART_POLICIES, place.at('restartPolicy'));
  } else if (count > 0) {
    errors.required(place.at('restartPolicy'), 'must specify restartPolicy when restart rules are used');
  }
  const list = place.at('restartPolicyRules');
  if (count > MAX_RULES) errors.tooMany(list, count, MAX_RULES);
  each(restartPolicyRules, list, (rule, at) => checkRestartRule(errors, rule, at));
}

const RULE_ACTIONS = ['Restart', 'RestartAllContainers'];
const RULE_OPERATORS = ['In', 'NotIn'];
const MAX_EXIT_CODES = 255;

function checkRestartRule(
  errors: FieldErrors,
  { action = '', exitCodes }: ContainerRestartRule,
  place: Place,
): void {
  checkSupported(errors, action, RULE_ACTIONS, place.at('action'));
  const codesPlace = place.at('exitCodes');
  if (exitCodes === undefined) {
    errors.required(codesPlace, 'must be specified');
    return;
  }
  const { operator = '', values = [] } = exitCodes;
  checkSupported(errors, operator, RULE_OPERATORS, codesPlace.at('operator'));
  if (values.length > MAX_EXIT_CODES) {
    errors.tooMany(codesPlace.at('values'), values.length, MAX_EXIT_CODES);
  }
}
