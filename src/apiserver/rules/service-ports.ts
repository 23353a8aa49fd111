import type { FieldPath } from '../../core/field-path.ts';
import { type FieldError, invalid } from '../../kube/field-error.ts';
import type { Service, ServicePort } from '../../kube/references.ts';
import { ApiError } from '../../kube/status.ts';
import { invalidObject } from '../invalid-object.ts';
import type { WriteContext } from '../resource-kind.ts';
import { startOf } from './start-of.ts';

/** Types whose ports are reached on the node's own addresses as well. */
export function needsNodePorts({ spec }: Service): boolean {
  if (spec.type === 'NodePort') return true;
  return spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false;
}

/** The Service with a port of the node for each of its ports. */
export function withNodePorts(service: Service, context: WriteContext): Service {
  if (!needsNodePorts(service)) return service;
  const taken = takenNodePorts(service, context);
  const own = new Map<number, ReadonlySet<string>>();
  const errors: FieldError[] = [];
  const { ports = [] } = service.spec;
  for (const [index, port] of ports.entries()) {
    const { nodePort = 0, protocol = 'TCP' } = port;
    if (nodePort === 0) continue;
    errors.push(
      ...requestErrors(nodePort, protocol, ['spec', 'ports', index, 'nodePort'], { taken, own }, context),
    );
    own.set(nodePort, new Set([...(own.get(nodePort) ?? []), protocol]));
  }
  if (errors.length > 0) throw invalidService(service, errors);
  const used = new Set([...taken, ...own.keys()]);
  const allotted = ports.map((port) => {
    if ((port.nodePort ?? 0) !== 0) return port;
    const nodePort = freeNodePort(service, port, used, context);
    used.add(nodePort);
    return { ...port, nodePort };
  });
  return { ...service, spec: { ...service.spec, ports: allotted } };
}

/** On an update: ports that were there keep the node's port that they had. */
export function keepNodePorts(next: Service, previous: Service): Service {
  if (next.spec.ports === undefined) return next;
  const { ports: before = [] } = previous.spec;
  if (needsNodePorts(previous) && !needsNodePorts(next)) {
    // The type no longer has them, and nobody asked for others.
    const isKept = (port: ServicePort): boolean => before.some(({ nodePort }) => nodePort === port.nodePort);
    return withPorts(
      next,
      next.spec.ports.map((port) => (isKept(port) ? withoutNodePort(port) : port)),
    );
  }
  if (!needsNodePorts(previous) || !needsNodePorts(next)) return next;
  const claimed = new Set(next.spec.ports.map(({ nodePort }) => nodePort));
  return withPorts(
    next,
    next.spec.ports.map((port) => {
      const old = before.find((it) => it.port === port.port && it.protocol === port.protocol);
      if (port.nodePort || !old?.nodePort || claimed.has(old.nodePort)) return port;
      return { ...port, nodePort: old.nodePort };
    }),
  );
}

function withPorts(service: Service, ports: readonly ServicePort[]): Service {
  return { ...service, spec: { ...service.spec, ports } };
}

function withoutNodePort(port: ServicePort): ServicePort {
  const { nodePort: _, ...rest } = port;
  return rest;
}

function takenNodePorts(service: Service, { objects }: WriteContext): ReadonlySet<number> {
  const { namespace, name } = service.metadata;
  const others = objects
    .list('Service')
    .filter(({ metadata }) => metadata.namespace !== namespace || metadata.name !== name);
  return new Set(others.flatMap(({ spec }) => (spec.ports ?? []).map(({ nodePort = 0 }) => nodePort)));
}

interface Taken {
  readonly taken: ReadonlySet<number>;
  readonly own: ReadonlyMap<number, ReadonlySet<string>>;
}

function requestErrors(
  nodePort: number,
  protocol: string,
  path: FieldPath,
  { taken, own }: Taken,
  { settings }: WriteContext,
): readonly FieldError[] {
  const { first, last } = settings.nodePortRange;
  if (nodePort < first || nodePort > last) {
    const detail = `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    return [invalid(path, nodePort, detail)];
  }
  // One number serves two protocols of the same Service, as DNS needs it.
  const isTaken = taken.has(nodePort) || own.get(nodePort)?.has(protocol) === true;
  return isTaken ? [invalid(path, nodePort, 'provided port is already allocated')] : [];
}

function freeNodePort(
  { metadata }: Service,
  port: ServicePort,
  used: ReadonlySet<number>,
  { settings }: WriteContext,
): number {
  const { first, last } = settings.nodePortRange;
  const size = last - first + 1;
  const start = startOf(`${metadata.namespace}/${metadata.name}:${port.port}/${port.protocol}`, size);
  for (let step = 0; step < size; step += 1) {
    const candidate = first + ((start + step) % size);
    if (!used.has(candidate)) return candidate;
  }
  throw new ApiError(
    'InternalError',
    'Internal error occurred: failed to allocate a nodePort: range is full',
  );
}

function invalidService({ metadata }: Service, errors: readonly FieldError[]): ApiError {
  return invalidObject({ group: '', kind: 'Service', name: metadata.name ?? '' }, errors);
}
