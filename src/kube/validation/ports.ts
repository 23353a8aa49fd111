import type { FieldPath } from '../../core/field-path.ts';
import { duplicate, invalid, required } from '../field-error.ts';
import type { Container, ContainerPort, PodSpec } from '../pod.ts';
import { portName, portNumber } from './names.ts';
import { check, checkChosen, type Errors, each } from './rules.ts';

export function* validatePorts(ports: readonly ContainerPort[] | undefined, path: FieldPath): Errors {
  const names = new Set<string>();
  for (const [port, place] of each(ports, path)) {
    const { name = '', containerPort, hostPort = 0, protocol = 'TCP' } = port;
    if (name !== '') {
      const wrong = [...check(portName, name, [...place, 'name'])];
      yield* wrong;
      if (wrong.length === 0 && names.has(name)) yield duplicate([...place, 'name'], name);
      if (wrong.length === 0) names.add(name);
    }
    if (containerPort === 0) yield required([...place, 'containerPort']);
    else yield* check(portNumber, containerPort, [...place, 'containerPort']);
    if (hostPort !== 0) yield* check(portNumber, hostPort, [...place, 'hostPort']);
    yield* checkChosen(protocol, ['SCTP', 'TCP', 'UDP'], [...place, 'protocol']);
  }
}

/** No two of these containers may have the same port of the host. */
export function* checkHostPorts(containers: readonly Container[], path: FieldPath, first = 0): Errors {
  const taken = new Set<string>();
  for (const [index, container] of containers.entries()) {
    for (const [port, place] of each(container.ports, [...path, first + index, 'ports'])) {
      if ((port.hostPort ?? 0) === 0) continue;
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) yield duplicate([...place, 'hostPort'], key);
      taken.add(key);
    }
  }
}

export function* validateHostNetworkPorts(spec: PodSpec): Errors {
  if (spec.hostNetwork !== true) return;
  for (const [container, path] of each(spec.containers, ['spec', 'containers'])) {
    for (const [port, place] of each(container.ports, [...path, 'ports'])) {
      if ((port.hostPort ?? 0) === port.containerPort) continue;
      const detail = 'must match `containerPort` when `hostNetwork` is true';
      yield invalid([...place, 'hostPort'], port.hostPort ?? 0, detail);
    }
  }
}
