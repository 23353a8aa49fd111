import type { Endpoint, EndpointSlice } from '../kube/endpoints.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { ObjectApi } from '../kube/object-api.ts';
import type { Service } from '../kube/references.ts';

/** The services with their endpoints, as they are at this moment. */
export interface ServiceCatalog {
  services(): Iterable<Service>;
  service(namespace: string, name: string): Service | undefined;
  slicesOf(namespace: string, service: string): readonly EndpointSlice[];
}

export interface WatchedCatalog extends ServiceCatalog {
  close(): void;
}

/** A catalog that follows the API; `onChange` is called after each change that it may show in. */
export function watchCatalog(api: Pick<ObjectApi, 'watch'>, onChange: () => void): WatchedCatalog {
  const services = new Map<string, Service>();
  const slices = new Map<string, Map<string, EndpointSlice>>();
  const unwatchServices = api.watch('Service', ({ type, object }) => {
    if (type === 'DELETED') services.delete(keyOf(object));
    else services.set(keyOf(object), object);
    onChange();
  });
  const unwatchSlices = api.watch('EndpointSlice', ({ type, object, previous }) => {
    for (const old of [object, previous]) if (old !== undefined) removeSlice(slices, old);
    if (type !== 'DELETED') addSlice(slices, object);
    onChange();
  });
  return {
    services: () => services.values(),
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    slicesOf: (namespace, service) => [...(slices.get(`${namespace}/${service}`)?.values() ?? [])],
    close: () => {
      unwatchServices();
      unwatchSlices();
    },
  };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

/** The service that a slice is of; undefined: of none. */
function serviceKeyOf({ metadata }: EndpointSlice): string | undefined {
  const service = metadata.labels?.['kubernetes.io/service-name'];
  return service === undefined ? undefined : `${metadata.namespace ?? ''}/${service}`;
}

function removeSlice(slices: Map<string, Map<string, EndpointSlice>>, slice: EndpointSlice): void {
  const service = serviceKeyOf(slice);
  if (service === undefined) return;
  const ofService = slices.get(service);
  ofService?.delete(keyOf(slice));
  if (ofService?.size === 0) slices.delete(service);
}

function addSlice(slices: Map<string, Map<string, EndpointSlice>>, slice: EndpointSlice): void {
  const service = serviceKeyOf(slice);
  if (service === undefined) return;
  const ofService = slices.get(service) ?? new Map<string, EndpointSlice>();
  ofService.set(keyOf(slice), slice);
  slices.set(service, ofService);
}

/** An endpoint whose `ready` is not told counts as ready, as it does upstream. */
export function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready !== false;
}
