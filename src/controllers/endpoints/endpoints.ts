import type { EndpointAddress, EndpointSubset, Endpoints } from '../../kube/endpoints.ts';
import type { Service } from '../../kube/references.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { startKeyedController } from '../keyed-controller.ts';
import { isSameValue } from '../same-value.ts';
import {
  groupByPorts,
  hasManagedEndpoints,
  isHeadless,
  type ServicePod,
  servicePods,
} from './service-pods.ts';
import { watchServices } from './watch-services.ts';

const managedBy = 'endpoints.kubernetes.io/managed-by';
const headless = 'service.kubernetes.io/headless';

/** The older view of what is behind a service: one Endpoints object of its name. */
export const endpoints: Controller = {
  name: 'endpoint-controller',
  start: (context) =>
    startKeyedController(context, {
      work: (namespace, name) => syncEndpoints(context, namespace, name),
      watch: (queue) => watchServices(context.api, queue),
    }),
};

async function syncEndpoints({ api }: ControllerContext, namespace: string, name: string): Promise<void> {
  const service = api.get('Service', namespace, name);
  const present = api.get('Endpoints', namespace, name);
  // Those of a service that is gone go with it, also those that somebody wrote by hand.
  if (service === undefined) return present && (await api.delete('Endpoints', namespace, name));
  if (!hasManagedEndpoints(service)) return;
  const next = buildEndpoints(service, servicePods(api, service));
  if (present === undefined) {
    await api.create('Endpoints', next);
    return;
  }
  await api.update('Endpoints', namespace, name, (current) => {
    const labels = next.metadata.labels ?? {};
    const isSame =
      isSameValue(current.subsets ?? [], next.subsets ?? []) &&
      isSameValue(current.metadata.labels ?? {}, labels);
    const { subsets: _, ...rest } = current;
    if (isSame) return undefined;
    return {
      ...rest,
      metadata: { ...current.metadata, labels },
      ...(next.subsets && { subsets: next.subsets }),
    };
  });
}

function buildEndpoints(service: Service, pods: readonly ServicePod[]): Endpoints {
  const { name = '', namespace = '', labels } = service.metadata;
  // Terminating pods are no endpoints here, whatever they say of themselves.
  const subsets = [...groupByPorts(pods.filter((it) => !it.terminating)).values()].map(subsetOf);
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      namespace,
      labels: {
        ...labels,
        [managedBy]: 'endpoint-controller',
        ...(isHeadless(service) && { [headless]: '' }),
      },
    },
    ...(subsets.length > 0 && { subsets }),
  };
}

function subsetOf(pods: readonly ServicePod[]): EndpointSubset {
  const addresses = pods.filter((it) => it.ready).map(addressOf);
  const notReadyAddresses = pods.filter((it) => !it.ready).map(addressOf);
  const ports = pods[0]?.ports ?? [];
  return {
    ...(addresses.length > 0 && { addresses }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
    ...(ports.length > 0 && { ports }),
  };
}

function addressOf({ ip, hostname, nodeName, targetRef }: ServicePod): EndpointAddress {
  return {
    ip,
    ...(hostname !== undefined && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    targetRef,
  };
}
