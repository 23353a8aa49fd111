import type { Endpoint, EndpointSlice, SlicePort } from '../../src/kube/endpoints.ts';
import type { Service, ServiceSpec } from '../../src/kube/references.ts';

export function serviceOf(name: string, spec: ServiceSpec, namespace = 'default'): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec };
}

export function sliceOf(
  service: string,
  endpoints: readonly Endpoint[],
  ports: readonly SlicePort[] = [{ name: '', port: 8080, protocol: 'TCP' }],
): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-x`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
}
