import type { FieldPath } from '../core/field-path.ts';
import { byDefault, type Sourced, sourced } from '../core/sourced.ts';
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

const atPod: FieldPath = Object.freeze(['spec']);
const notPrivileged = sourced(false, byDefault('kubernetes', 'privileged not set'));
const writableRoot = sourced(false, byDefault('kubernetes', 'readOnlyRootFilesystem not set'));

/** Of the fields that exist on both levels the container's value wins, as a whole object where it is one. */
export function effectiveContext({ spec }: Pod, { container, path }: ContainerInPod): EffectiveContext {
  const own = container.securityContext;
  const ofPod = spec.securityContext;
  return {
    runAsUser: written(own, path, 'runAsUser') ?? written(ofPod, atPod, 'runAsUser'),
    runAsGroup: written(own, path, 'runAsGroup') ?? written(ofPod, atPod, 'runAsGroup'),
    runAsNonRoot: written(own, path, 'runAsNonRoot') ?? written(ofPod, atPod, 'runAsNonRoot'),
    seLinuxOptions: written(own, path, 'seLinuxOptions') ?? written(ofPod, atPod, 'seLinuxOptions'),
    seccompProfile: written(own, path, 'seccompProfile') ?? written(ofPod, atPod, 'seccompProfile'),
    appArmorProfile: written(own, path, 'appArmorProfile') ?? written(ofPod, atPod, 'appArmorProfile'),
    capabilities: written(own, path, 'capabilities'),
    allowPrivilegeEscalation: written(own, path, 'allowPrivilegeEscalation'),
    procMount: written(own, path, 'procMount'),
    privileged: written(own, path, 'privileged') ?? notPrivileged,
    readOnlyRootFilesystem: written(own, path, 'readOnlyRootFilesystem') ?? writableRoot,
  };
}

type Written<T> = Sourced<NonNullable<T>> | undefined;

function written<Context extends SecurityContext | PodSecurityContext, Field extends keyof Context & string>(
  context: Context | undefined,
  path: FieldPath,
  field: Field,
): Written<Context[Field]> {
  const value = context?.[field];
  return value === undefined || value === null
    ? undefined
    : sourced(value, { kind: 'manifest', path: [...path, 'securityContext', field] });
}
