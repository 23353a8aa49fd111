import { withAppArmorAnnotations } from './apparmor-annotations.ts';
import { defaultedPodResources } from './default-pod-resources.ts';
import { defaultPullPolicy } from './default-pull-policy.ts';
import { type DefaultedVolume, defaultedVolume } from './default-volumes.ts';
import type { ObjectMeta, ResourceRequirements } from './meta.ts';
import type {
  Container,
  ContainerPort,
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
  const { metadata } = pod;
  const name = metadata.name ?? (metadata.generateName ?? '').replace(/-$/, '');
  const spec = defaultedSpec(pod.spec);
  return withAppArmorAnnotations({
    ...pod,
    metadata: { ...metadata, name, namespace: metadata.namespace ?? 'default' },
    spec,
  });
}

function defaultedSpec(spec: PodSpec): DefaultedPodSpec {
  const { containers, initContainers, ephemeralContainers, volumes, ...rest } = spec;
  const hostNetwork = spec.hostNetwork === true;
  const serviceAccountName = spec.serviceAccountName ?? spec.serviceAccount;
  const own = {
    containers: containers.map((it) => defaultedContainer(it, hostNetwork)),
    ...(initContainers && {
      initContainers: initContainers.map((it) => defaultedContainer(it, hostNetwork)),
    }),
  };
  const resources = defaultedPodResources({ ...rest, ...own });
  return {
    ...rest,
    ...own,
    ...(resources && { resources }),
    ...(ephemeralContainers && {
      ephemeralContainers: ephemeralContainers.map((it) => defaultedContainer(it, false)),
    }),
    ...(volumes && { volumes: volumes.map(defaultedVolume) }),
    ...(serviceAccountName !== undefined && { serviceAccountName, serviceAccount: serviceAccountName }),
    securityContext: spec.securityContext ?? {},
    restartPolicy: orElse(spec.restartPolicy, 'Always'),
    dnsPolicy: orElse(spec.dnsPolicy, 'ClusterFirst'),
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    enableServiceLinks: spec.enableServiceLinks ?? true,
    schedulerName: orElse(spec.schedulerName, 'default-scheduler'),
  };
}

/** In Go an empty string is an absent one. */
function orElse<T extends string>(value: T | undefined, fallback: T): T {
  return value === undefined || value.length === 0 ? fallback : value;
}

function defaultedContainer<C extends Container>(container: C, hostNetwork: boolean): C & DefaultedContainer {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  return {
    ...container,
    resources: defaultedResources(container.resources ?? {}),
    imagePullPolicy: orElse(container.imagePullPolicy, defaultPullPolicy(container.image ?? '')),
    terminationMessagePath: orElse(container.terminationMessagePath, '/dev/termination-log'),
    terminationMessagePolicy: orElse(container.terminationMessagePolicy, 'File'),
    ...(container.ports && { ports: container.ports.map((it) => defaultedPort(it, hostNetwork)) }),
    ...(container.env && { env: container.env.map(defaultedEnvVar) }),
    ...(livenessProbe && { livenessProbe: defaultedProbe(livenessProbe) }),
    ...(readinessProbe && { readinessProbe: defaultedProbe(readinessProbe) }),
    ...(startupProbe && { startupProbe: defaultedProbe(startupProbe) }),
    ...(lifecycle && { lifecycle: defaultedLifecycle(lifecycle) }),
  };
}

/** A limit without a request is the request as well. */
function defaultedResources(resources: ResourceRequirements): ResourceRequirements {
  if (resources.limits === undefined) return resources;
  return { ...resources, requests: { ...resources.limits, ...resources.requests } };
}

function defaultedPort(port: ContainerPort, hostNetwork: boolean): ContainerPort {
  const hostPort = port.hostPort || (hostNetwork ? port.containerPort : undefined);
  return {
    ...port,
    protocol: orElse(port.protocol, 'TCP'),
    ...(hostPort !== undefined && { hostPort }),
  };
}

function defaultedEnvVar(variable: NonNullable<Container['env']>[number]): typeof variable {
  const fieldRef = variable.valueFrom?.fieldRef;
  if (fieldRef === undefined) return variable;
  const apiVersion = orElse(fieldRef.apiVersion, 'v1');
  return { ...variable, valueFrom: { ...variable.valueFrom, fieldRef: { ...fieldRef, apiVersion } } };
}

function defaultedProbe(probe: Probe): DefaultedProbe {
  return {
    ...probe,
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
    ...(probe.httpGet && { httpGet: defaultedHttpGet(probe.httpGet) }),
    ...(probe.grpc && { grpc: { service: '', ...probe.grpc } }),
  };
}

function defaultedHttpGet(action: HttpGetAction): HttpGetAction {
  return { ...action, path: orElse(action.path, '/'), scheme: orElse(action.scheme, 'HTTP') };
}

function defaultedLifecycle(lifecycle: Lifecycle): Lifecycle {
  return {
    ...lifecycle,
    ...(lifecycle.postStart && { postStart: defaultedHandler(lifecycle.postStart) }),
    ...(lifecycle.preStop && { preStop: defaultedHandler(lifecycle.preStop) }),
  };
}

function defaultedHandler(handler: LifecycleHandler): LifecycleHandler {
  return handler.httpGet === undefined ? handler : { ...handler, httpGet: defaultedHttpGet(handler.httpGet) };
}
