import type { AppArmorProfile, Container, Pod } from './pod.ts';

/** Until Kubernetes 1.30 the profile was named by an annotation per container. */
const PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

/**
 * The API server turns the old annotations into fields when a pod is created, where neither the container nor the pod
 * has the field.
 */
export function withAppArmorAnnotations<P extends Pod>(pod: P): P {
  const annotations = pod.metadata.annotations ?? {};
  if (!Object.keys(annotations).some((it) => it.startsWith(PREFIX))) return pod;
  const podProfile = pod.spec.securityContext?.appArmorProfile;
  const apply = <C extends Container>(container: C): C => {
    const profile = profileOfAnnotation(annotations[PREFIX + container.name]);
    if (profile === undefined || podProfile !== undefined) return container;
    if (container.securityContext?.appArmorProfile !== undefined) return container;
    return { ...container, securityContext: { ...container.securityContext, appArmorProfile: profile } };
  };
  const { containers, initContainers, ephemeralContainers } = pod.spec;
  const spec = {
    ...pod.spec,
    containers: containers.map(apply),
    ...(initContainers && { initContainers: initContainers.map(apply) }),
    ...(ephemeralContainers && { ephemeralContainers: ephemeralContainers.map(apply) }),
  };
  return { ...pod, spec };
}

function profileOfAnnotation(value: string | undefined): AppArmorProfile | undefined {
  if (value === 'unconfined') return { type: 'Unconfined' };
  if (value === 'runtime/default') return { type: 'RuntimeDefault' };
  const localhost = /^localhost\/(.+)$/.exec(value ?? '')?.[1];
  return localhost === undefined ? undefined : { type: 'Localhost', localhostProfile: localhost };
}
