import type { Container, ContainerPort, PodSpec } from '../pod.ts';
import type { FieldErrors } from './field-errors.ts';
import { portName, portNumber } from './names.ts';
import { type Place, SPEC } from './place.ts';
import { check, checkChosen, each } from './rules.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export function validatePorts(
  errors: FieldErrors,
  ports: readonly ContainerPort[] | undefined,
  list: Place,
): void {
  if (ports === undefined) return;
  const names = new Set<string>();
  each(ports, list, (port, place) => {
    const { name = '', containerPort, hostPort = 0, protocol = 'TCP' } = port;
    if (name !== '' && check(errors, portName, name, place.at('name'))) {
      if (names.has(name)) errors.duplicate(place.at('name'), name);
      names.add(name);
    }
    if (containerPort === 0) errors.required(place.at('containerPort'));
    else check(errors, portNumber, containerPort, place.at('containerPort'));
    if (hostPort !== 0) check(errors, portNumber, hostPort, place.at('hostPort'));
    checkChosen(errors, protocol, PROTOCOLS, place.at('protocol'));
  });
}

/** The ports of the host that containers have; no two may have the same. */
type HostPorts = Set<string>;

export function takeHostPorts(
  errors: FieldErrors,
  container: Container,
  taken: HostPorts,
  place: Place,
): void {
  each(container.ports, place.at('ports'), ({ protocol, hostIP = '', hostPort = 0 }, at) => {
    if (hostPort === 0) return;
    const key = `${protocol}/${hostIP}/${hostPort}`;
    if (taken.has(key)) errors.duplicate(at.at('hostPort'), key);
    taken.add(key);
  });
}

export function validateHostNetworkPorts(errors: FieldErrors, spec: PodSpec): void {
  if (spec.hostNetwork !== true) return;
  const detail = 'must match `containerPort` when `hostNetwork` is true';
  each(spec.containers, SPEC.at('containers'), ({ ports }, container) => {
    each(ports, container.at('ports'), ({ hostPort = 0, containerPort }, place) => {
      if (hostPort !== containerPort) errors.invalid(place.at('hostPort'), hostPort, detail);
    });
  });
}
