import type { Endpoint, EndpointSlice } from '../../kube/endpoints.ts';
import type { Service } from '../../kube/references.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { startKeyedController } from '../keyed-controller.ts';
import { keyFor } from '../object-key.ts';
import { controllerReference } from '../ownership.ts';
import { isSameValue } from '../same-value.ts';
import {
  groupByPorts,
  hasManagedEndpoints,
  isHeadless,
  portsKey,
  type ServicePod,
  servicePods,
} from './service-pods.ts';
import { watchServices } from './watch-services.ts';

const serviceLabel = 'kubernetes.io/service-name';
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const self = 'endpointslice-controller.k8s.io';
/** Endpoints of one slice, as upstream has it by default. */
const sliceSize = 100;

/** What is behind a service, in slices: one per set of ports. */
export const endpointSlices: Controller = {
  name: 'endpointslice-controller',
  start: (context) =>
    startKeyedController(context, {
      work: (namespace, name) => syncSlices(context, namespace, name),
      watch: (queue) => [
        ...watchServices(context.api, queue),
        // What somebody took away comes back.
        context.api.watch('EndpointSlice', ({ type, object }) => {
          const service = object.metadata.labels?.[serviceLabel];
          if (type === 'DELETED' && isOwn(object) && service !== undefined)
            queue.add(keyFor(object.metadata.namespace ?? '', service));
        }),
      ],
    }),
};

function isOwn({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.[managedBy] === self;
}

async function syncSlices({ api }: ControllerContext, namespace: string, name: string): Promise<void> {
  const service = api.get('Service', namespace, name);
  // Those of a service that is gone are the garbage collector's.
  if (service === undefined || service.metadata.deletionTimestamp !== undefined) return;
  const present = api
    .list('EndpointSlice', namespace)
    .filter((it) => isOwn(it) && it.metadata.labels?.[serviceLabel] === name);
  const left = new Set(present.filter((it) => it.metadata.deletionTimestamp === undefined));
  if (!hasManagedEndpoints(service)) return await deleteAll(left);
  for (const next of buildSlices(service, servicePods(api, service))) {
    const key = portsKey(portsOf(next));
    // Of the same ports first; else any, so that a service without pods keeps the slice that it has.
    const slice = [...left].find((it) => portsKey(portsOf(it)) === key) ?? [...left][0];
    if (slice === undefined) {
      await api.create('EndpointSlice', next);
      continue;
    }
    left.delete(slice);
    await api.update('EndpointSlice', namespace, slice.metadata.name ?? '', (current) => {
      const { endpoints, ports = [], metadata } = next;
      const isSame =
        isSameValue(current.endpoints, endpoints) &&
        isSameValue(current.ports ?? [], ports) &&
        isSameValue(current.metadata.labels, metadata.labels);
      if (isSame) return undefined;
      const labels = metadata.labels ?? {};
      return { ...current, metadata: { ...current.metadata, labels }, endpoints, ports };
    });
  }
  await deleteAll(left);

  async function deleteAll(slices: Iterable<EndpointSlice>): Promise<void> {
    for (const { metadata } of slices) await api.delete('EndpointSlice', namespace, metadata.name ?? '');
  }
}

function portsOf({
  ports = [],
}: EndpointSlice): readonly { readonly port: number; readonly name?: string }[] {
  return ports.map((it) => ({ ...it, port: it.port ?? 0 }));
}

/** At least one, so that clients see that the service is known to have no pods. */
function buildSlices(service: Service, pods: readonly ServicePod[]): readonly EndpointSlice[] {
  const groups = pods.length === 0 ? [[]] : [...groupByPorts(pods).values()];
  return groups.flatMap((group) => {
    const chunks: (readonly ServicePod[])[] = [];
    for (let first = 0; first === 0 || first < group.length; first += sliceSize)
      chunks.push(group.slice(first, first + sliceSize));
    return chunks.map((it) => buildSlice(service, it));
  });
}

function buildSlice(service: Service, pods: readonly ServicePod[]): EndpointSlice {
  const { name = '', namespace = '', labels } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: {
        ...labels,
        [managedBy]: self,
        [serviceLabel]: name,
        ...(isHeadless(service) && { 'service.kubernetes.io/headless': '' }),
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: pods.map(endpointOf),
    // The name is always there, as upstream writes it: '' for the one port without a name.
    ports: (pods[0]?.ports ?? []).map((it) => ({ name: '', ...it })),
  };
}

function endpointOf({
  ip,
  ready,
  serving,
  terminating,
  hostname,
  targetRef,
  nodeName,
}: ServicePod): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && { hostname }),
    targetRef,
    ...(nodeName !== undefined && { nodeName }),
  };
}
