import type { EndpointSlice, Endpoints } from '../kube/endpoints.ts';
import type { ObjectApi } from '../kube/object-api.ts';
import type { Namespace, Service } from '../kube/references.ts';
import { isApiError } from '../kube/status.ts';
import type { ControllerSettings } from './controller.ts';
import { isSameValue } from './same-value.ts';

const namespaces: readonly string[] = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const httpsPort = 443;

/** What every cluster begins with: four namespaces, and the service `kubernetes` in front of the API server. */
export async function bootstrapCluster(api: ObjectApi, settings: ControllerSettings): Promise<void> {
  await Promise.all(namespaces.map((name) => ensureNamespace(api, name)));
  await ensureService(api, settings);
  if (settings.apiEndpoint === undefined) return;
  await Promise.all([ensureEndpoints(api, settings.apiEndpoint), ensureSlice(api, settings.apiEndpoint)]);
}

async function ensureNamespace(api: ObjectApi, name: string): Promise<void> {
  if (api.get('Namespace', '', name) !== undefined) return;
  const namespace: Namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await api.create('Namespace', namespace);
}

/** The first address of `A.B.C.D/N`. */
export function firstAddress(cidr: string): string {
  const octets = (cidr.split('/')[0] ?? '').split('.').map(Number);
  const number = octets.reduce((sum, it) => sum * 256 + it, 0) + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

async function ensureService(api: ObjectApi, { serviceCidr }: ControllerSettings): Promise<void> {
  if (api.get('Service', 'default', 'kubernetes') !== undefined) return;
  const clusterIP = firstAddress(serviceCidr);
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ name: 'https', protocol: 'TCP', port: httpsPort, targetPort: httpsPort }],
      sessionAffinity: 'None',
    },
  };
  try {
    await api.create('Service', service);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
  }
}

type ApiEndpoint = NonNullable<ControllerSettings['apiEndpoint']>;

async function ensureEndpoints(api: ObjectApi, { address, port }: ApiEndpoint): Promise<void> {
  const subsets = [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }];
  const labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  const metadata = { name: 'kubernetes', namespace: 'default', labels };
  const wanted: Endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets };
  if (api.get('Endpoints', 'default', 'kubernetes') === undefined) {
    await api.create('Endpoints', wanted);
    return;
  }
  // The server may be behind another port than before.
  await api.update('Endpoints', 'default', 'kubernetes', (current) =>
    isSameValue(current.subsets, subsets) ? undefined : { ...current, subsets },
  );
}

async function ensureSlice(api: ObjectApi, { address, port }: ApiEndpoint): Promise<void> {
  const endpoints = [{ addresses: [address], conditions: { ready: true } }];
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const labels = { 'kubernetes.io/service-name': 'kubernetes' };
  const metadata = { name: 'kubernetes', namespace: 'default', labels };
  const wanted: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    endpoints,
    ports,
  };
  if (api.get('EndpointSlice', 'default', 'kubernetes') === undefined) {
    await api.create('EndpointSlice', wanted);
    return;
  }
  await api.update('EndpointSlice', 'default', 'kubernetes', (current) =>
    isSameValue(current.endpoints, endpoints) && isSameValue(current.ports, ports)
      ? undefined
      : { ...current, endpoints, ports },
  );
}
