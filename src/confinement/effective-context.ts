import { byDefault, fromManifest, type Sourced, sourced } from '../core/sourced.ts';
import type {
  AppArmorProfile,
  Pod,
  PodSecurityContext,
  SELinuxOptions,
  SeccompProfile,
  SecurityContext,
} from '../kube/pod.ts';
import type { ContainerInPod } from './confine-input.ts';

/**
 * The security context of one container after pod and container level are merged. A member is undefined when neither
 * level says anything; a boolean with a default always has a value.
 */
export interface EffectiveContext {
  readonly runAsUser: Sourced<number> | undefined;
  readonly runAsGroup: Sourced<number> | undefined;
  readonly runAsNonRoot: Sourced<boolean> | undefined;
  readonly seLinuxOptions: Sourced<SELinuxOptions> | undefined;
  readonly seccompProfile: Sourced<SeccompProfile> | undefined;
  readonly appArmorProfile: Sourced<AppArmorProfile> | undefined;
  readonly capabilities: Sourced<NonNullable<SecurityContext['capabilities']>> | undefined;
  readonly allowPrivilegeEscalation: Sourced<boolean> | undefined;
  readonly procMount: Sourced<'Default' | 'Unmasked'> | undefined;
  readonly privileged: Sourced<boolean>;
  readonly readOnlyRootFilesystem: Sourced<boolean>;
}

/** Fields that exist on both levels: the container's value wins, as a whole object where it is one. */
type SharedField =
  | 'runAsUser'
  | 'runAsGroup'
  | 'runAsNonRoot'
  | 'seLinuxOptions'
  | 'seccompProfile'
  | 'appArmorProfile';

export function effectiveContext(pod: Pod, container: ContainerInPod): EffectiveContext {
  const shared = <Field extends SharedField>(field: Field) => sharedField(pod, container, field);
  const own = <Field extends keyof SecurityContext>(field: Field) => containerField(container, field);
  return {
    runAsUser: shared('runAsUser'),
    runAsGroup: shared('runAsGroup'),
    runAsNonRoot: shared('runAsNonRoot'),
    seLinuxOptions: shared('seLinuxOptions'),
    seccompProfile: shared('seccompProfile'),
    appArmorProfile: shared('appArmorProfile'),
    capabilities: own('capabilities'),
    allowPrivilegeEscalation: own('allowPrivilegeEscalation'),
    procMount: own('procMount'),
    privileged: own('privileged') ?? sourced(false, byDefault('kubernetes', 'privileged not set')),
    readOnlyRootFilesystem:
      own('readOnlyRootFilesystem') ??
      sourced(false, byDefault('kubernetes', 'readOnlyRootFilesystem not set')),
  };
}

type Defined<T> = Sourced<NonNullable<T>> | undefined;

function sharedField<Field extends SharedField>(
  pod: Pod,
  container: ContainerInPod,
  field: Field,
): Defined<SecurityContext[Field]> | Defined<PodSecurityContext[Field]> {
  return containerField(container, field) ?? podField(pod, field);
}

function containerField<Field extends keyof SecurityContext>(
  { container, path }: ContainerInPod,
  field: Field,
): Defined<SecurityContext[Field]> {
  const value = container.securityContext?.[field];
  return value === undefined || value === null
    ? undefined
    : sourced(value, fromManifest(...path, 'securityContext', field));
}

function podField<Field extends keyof PodSecurityContext>(
  pod: Pod,
  field: Field,
): Defined<PodSecurityContext[Field]> {
  const value = pod.spec.securityContext?.[field];
  return value === undefined || value === null
    ? undefined
    : sourced(value, fromManifest('spec', 'securityContext', field));
}
