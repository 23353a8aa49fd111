import { withAppArmorAnnotations } from './apparmor-annotations.ts';
import { defaultedPodResources } from './default-pod-resources.ts';
import { defaultPullPolicy } from './default-pull-policy.ts';
import { type DefaultedVolume, defaultedVolume } from './default-volumes.ts';
import { draftOf } from './draft.ts';
import type { ObjectMeta, ResourceRequirements } from './meta.ts';
import type {
  Container,
  ContainerPort,
  EnvVar,
  EphemeralContainer,
  HttpGetAction,
  Lifecycle,
  LifecycleHandler,
  Pod,
  PodSecurityContext,
  PodSpec,
  Probe,
} from './pod.ts';

export interface DefaultedContainer extends Container {
  readonly resources: ResourceRequirements;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  readonly terminationMessagePath: string;
  readonly terminationMessagePolicy: 'File' | 'FallbackToLogsOnError';
  readonly livenessProbe?: DefaultedProbe;
  readonly readinessProbe?: DefaultedProbe;
  readonly startupProbe?: DefaultedProbe;
}

export type DefaultedEphemeralContainer = EphemeralContainer & DefaultedContainer;

export interface DefaultedProbe extends Probe {
  readonly timeoutSeconds: number;
  readonly periodSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

export interface DefaultedPodSpec extends PodSpec {
  readonly containers: readonly DefaultedContainer[];
  readonly initContainers?: readonly DefaultedContainer[];
  readonly ephemeralContainers?: readonly DefaultedEphemeralContainer[];
  readonly volumes?: readonly DefaultedVolume[];
  readonly securityContext: PodSecurityContext;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly dnsPolicy: NonNullable<PodSpec['dnsPolicy']>;
  readonly terminationGracePeriodSeconds: number;
  readonly enableServiceLinks: boolean;
  readonly schedulerName: string;
}

/** A pod as the API server would store it. */
export interface DefaultedPod extends Pod {
  readonly metadata: ObjectMeta & { readonly name: string; readonly namespace: string };
  readonly spec: DefaultedPodSpec;
}

/**
 * What the API server fills in when a pod is created. Pure and idempotent. The namespace of a pod that names none is
 * `default`; a `generateName` loses its dash, because there is no suffix to predict.
 */
export function applyDefaults(pod: Pod): DefaultedPod {
  const { generateName = '', name = generateName.replace(/-$/, ''), namespace = 'default' } = pod.metadata;
  const metadata = Object.assign(draftOf(pod.metadata), { name, namespace });
  return withAppArmorAnnotations({ ...pod, metadata, spec: defaultedSpec(pod.spec) });
}

function defaultedSpec(spec: PodSpec): DefaultedPodSpec {
  const { initContainers, ephemeralContainers, volumes, resources } = spec;
  const { serviceAccountName = spec.serviceAccount } = spec;
  const hostNetwork = spec.hostNetwork === true;
  const result = draftOf(spec);
  result.containers = spec.containers.map((it) => defaultedContainer(it, hostNetwork));
  result.securityContext ??= {};
  result.restartPolicy = orElse(spec.restartPolicy, 'Always');
  result.dnsPolicy = orElse(spec.dnsPolicy, 'ClusterFirst');
  result.terminationGracePeriodSeconds ??= 30;
  result.enableServiceLinks ??= true;
  result.schedulerName = orElse(spec.schedulerName, 'default-scheduler');
  if (initContainers !== undefined) {
    result.initContainers = initContainers.map((it) => defaultedContainer(it, hostNetwork));
  }
  if (ephemeralContainers !== undefined) {
    result.ephemeralContainers = ephemeralContainers.map((it) => defaultedContainer(it, false));
  }
  if (volumes !== undefined) result.volumes = volumes.map(defaultedVolume);
  if (serviceAccountName !== undefined) {
    result.serviceAccountName = serviceAccountName;
    result.serviceAccount = serviceAccountName;
  }
  if (resources !== undefined) result.resources = defaultedPodResources(resources, result);
  // Whatever a defaulted spec has beyond a written one has been filled in above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return result as DefaultedPodSpec;
}

/** In Go an empty string is an absent one. */
function orElse<T extends string>(value: T | undefined, fallback: T): T {
  return value === undefined || value.length === 0 ? fallback : value;
}

function defaultedContainer<C extends Container>(container: C, hostNetwork: boolean): C & DefaultedContainer {
  const { ports, env, livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  const result = draftOf<Container>(container);
  result.resources = defaultedResources(container.resources ?? {});
  result.imagePullPolicy = orElse(container.imagePullPolicy, defaultPullPolicy(container.image ?? ''));
  result.terminationMessagePath = orElse(container.terminationMessagePath, '/dev/termination-log');
  result.terminationMessagePolicy = orElse(container.terminationMessagePolicy, 'File');
  if (ports !== undefined) result.ports = ports.map((it) => defaultedPort(it, hostNetwork));
  if (env !== undefined) result.env = env.map(defaultedEnvVar);
  if (livenessProbe !== undefined) result.livenessProbe = defaultedProbe(livenessProbe);
  if (readinessProbe !== undefined) result.readinessProbe = defaultedProbe(readinessProbe);
  if (startupProbe !== undefined) result.startupProbe = defaultedProbe(startupProbe);
  if (lifecycle !== undefined) result.lifecycle = defaultedLifecycle(lifecycle);
  // Whatever a defaulted container has beyond a written one has been filled in above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return result as C & DefaultedContainer;
}

/** A limit without a request is the request as well. */
function defaultedResources(resources: ResourceRequirements): ResourceRequirements {
  if (resources.limits === undefined) return resources;
  return { ...resources, requests: { ...resources.limits, ...resources.requests } };
}

function defaultedPort(port: ContainerPort, hostNetwork: boolean): ContainerPort {
  const result = draftOf(port);
  result.protocol = orElse(port.protocol, 'TCP');
  const hostPort = port.hostPort || (hostNetwork ? port.containerPort : undefined);
  if (hostPort !== undefined) result.hostPort = hostPort;
  return result;
}

function defaultedEnvVar(variable: EnvVar): EnvVar {
  const fieldRef = variable.valueFrom?.fieldRef;
  if (fieldRef === undefined) return variable;
  const apiVersion = orElse(fieldRef.apiVersion, 'v1');
  return { ...variable, valueFrom: { ...variable.valueFrom, fieldRef: { ...fieldRef, apiVersion } } };
}

function defaultedProbe(probe: Probe): DefaultedProbe {
  const { httpGet, grpc } = probe;
  const result = draftOf(probe);
  if (httpGet !== undefined) result.httpGet = defaultedHttpGet(httpGet);
  if (grpc !== undefined) result.grpc = { service: '', ...grpc };
  return Object.assign(result, {
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  });
}

function defaultedHttpGet(action: HttpGetAction): HttpGetAction {
  const result = draftOf(action);
  result.path = orElse(action.path, '/');
  result.scheme = orElse(action.scheme, 'HTTP');
  return result;
}

function defaultedLifecycle(lifecycle: Lifecycle): Lifecycle {
  const { postStart, preStop } = lifecycle;
  const result = draftOf(lifecycle);
  if (postStart !== undefined) result.postStart = defaultedHandler(postStart);
  if (preStop !== undefined) result.preStop = defaultedHandler(preStop);
  return result;
}

function defaultedHandler(handler: LifecycleHandler): LifecycleHandler {
  const { httpGet } = handler;
  return httpGet === undefined ? handler : { ...handler, httpGet: defaultedHttpGet(httpGet) };
}
