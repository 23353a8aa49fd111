import type { EndpointPort } from '../../kube/endpoints.ts';
import { selectorMatches } from '../../kube/label-selector.ts';
import type { ObjectReader } from '../../kube/object-api.ts';
import type { Pod } from '../../kube/pod.ts';
import type { ObjectReference, Service } from '../../kube/references.ts';
import { isFinished, isReady } from '../pod-state.ts';

/** A pod as an end of a service. */
export interface ServicePod {
  readonly ip: string;
  readonly nodeName: string | undefined;
  /** Only for a pod that the service gives a name of its own (`hostname` and `subdomain`). */
  readonly hostname: string | undefined;
  readonly targetRef: ObjectReference;
  /** By its probes, or because the service publishes also what is not ready. */
  readonly ready: boolean;
  /** By its probes alone. */
  readonly serving: boolean;
  readonly terminating: boolean;
  /** The service's ports, as this pod has them. */
  readonly ports: readonly EndpointPort[];
}

/** Whether endpoints are made for the service; without a selector they are somebody else's. */
export function hasManagedEndpoints({ metadata, spec }: Service): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    spec.type !== 'ExternalName' &&
    Object.keys(spec.selector ?? {}).length > 0
  );
}

export function selectsPod({ spec }: Service, { metadata }: Pod): boolean {
  return selectorMatches({ matchLabels: spec.selector ?? {} }, metadata.labels ?? {});
}

export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === 'None';
}

/** The pods behind the service, by address. */
export function servicePods(api: ObjectReader, service: Service): readonly ServicePod[] {
  return api
    .list('Pod', service.metadata.namespace)
    .filter((it) => selectsPod(service, it) && !isFinished(it))
    .flatMap((it) => servicePod(service, it))
    .sort((a, b) => (a.ip < b.ip ? -1 : 1));
}

function servicePod(service: Service, pod: Pod): readonly ServicePod[] {
  const { metadata, spec, status } = pod;
  const ip = status?.podIP ?? '';
  const ports = portsOf(service, pod);
  if (ip === '' || ports === undefined) return [];
  const serving = isReady(pod);
  const terminating = metadata.deletionTimestamp !== undefined;
  const publishAll = service.spec.publishNotReadyAddresses === true;
  const isNamed =
    (spec.hostname ?? '') !== '' &&
    spec.subdomain === service.metadata.name &&
    metadata.namespace === service.metadata.namespace;
  return [
    {
      ip,
      nodeName: spec.nodeName,
      hostname: isNamed ? spec.hostname : undefined,
      targetRef: {
        kind: 'Pod',
        ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
        ...(metadata.name !== undefined && { name: metadata.name }),
        ...(metadata.uid !== undefined && { uid: metadata.uid }),
      },
      ready: publishAll || (serving && !terminating),
      serving,
      terminating,
      ports,
    },
  ];
}

/** Undefined when the service has ports and the pod has none of them: a named port that none of its containers has. */
function portsOf(service: Service, pod: Pod): readonly EndpointPort[] | undefined {
  const wanted = service.spec.ports ?? [];
  const found = wanted.flatMap(({ name, port, protocol = 'TCP', targetPort = port, appProtocol }) => {
    const number = typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort, protocol);
    if (number === undefined) return [];
    return [
      {
        ...(name !== undefined && name !== '' && { name }),
        port: number,
        protocol,
        ...(appProtocol !== undefined && { appProtocol }),
      },
    ];
  });
  return wanted.length > 0 && found.length === 0 ? undefined : found;
}

function namedPort({ spec }: Pod, name: string, protocol: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  const sidecars = (spec.initContainers ?? []).filter((it) => it.restartPolicy === 'Always');
  return [...spec.containers, ...sidecars]
    .flatMap((it) => it.ports ?? [])
    .find((it) => it.name === name && (it.protocol ?? 'TCP') === protocol)?.containerPort;
}

/** Text that is equal for equal ports. */
export function portsKey(ports: readonly EndpointPort[]): string {
  return JSON.stringify(
    ports.map(({ name = '', port, protocol, appProtocol = '' }) => [name, port, protocol, appProtocol]),
  );
}

export function groupByPorts(pods: readonly ServicePod[]): ReadonlyMap<string, readonly ServicePod[]> {
  const groups = new Map<string, ServicePod[]>();
  for (const pod of pods) {
    const key = portsKey(pod.ports);
    groups.set(key, [...(groups.get(key) ?? []), pod]);
  }
  return groups;
}
