import type { Service, ServicePort, ServiceSpec } from '../../kube/references.ts';

/** How long a client keeps its pod, by upstream's default. */
export const AFFINITY_SECONDS = 10_800;

/** `SetDefaults_Service` of apis/core/v1, and the address families of a cluster that has one. */
export function defaultedService(service: Service): Service {
  const { spec } = service;
  const type = spec.type || 'ClusterIP';
  const isReachedOutside =
    type === 'NodePort' || type === 'LoadBalancer' || (spec.externalIPs ?? []).length > 0;
  const ports = spec.ports?.map(defaultedPort);
  return {
    ...service,
    spec: {
      ...spec,
      ...(ports && { ports }),
      ...affinityOf(spec),
      type,
      ...(isReachedOutside && { externalTrafficPolicy: spec.externalTrafficPolicy || 'Cluster' }),
      ...(type === 'LoadBalancer' && {
        allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true,
      }),
      ...(type !== 'ExternalName' && {
        internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster',
        ipFamilies: spec.ipFamilies?.length ? spec.ipFamilies : ['IPv4'],
        ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack',
      }),
    },
  };
}

function affinityOf(spec: ServiceSpec): Partial<ServiceSpec> {
  const sessionAffinity = spec.sessionAffinity || 'None';
  if (sessionAffinity !== 'ClientIP') return { sessionAffinity };
  const timeoutSeconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
  return { sessionAffinity, sessionAffinityConfig: { clientIP: { timeoutSeconds } } };
}

function defaultedPort(port: ServicePort): ServicePort {
  const { targetPort } = port;
  const isUnset = targetPort === undefined || targetPort === 0 || targetPort === '';
  return { ...port, protocol: port.protocol || 'TCP', targetPort: isUnset ? port.port : targetPort };
}
