import type { FieldPath } from '../core/field-path.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import type { Service, ServicePort, ServiceSpec } from './references.ts';
import { validateLabels } from './validation/metadata.ts';
import {
  dns1123Label,
  dns1123Subdomain,
  inclusiveRange,
  ipAddress,
  portName,
  portNumber,
  qualifiedName,
} from './validation/names.ts';
import { check, checkSupported, type Errors, each } from './validation/rules.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const AFFINITIES = ['ClientIP', 'None'];
const POLICIES = ['Cluster', 'Local'];
const DAY_SECONDS = 86_400;

/** What the API server would refuse the spec of a Service for, once it has been defaulted. */
export function validateService(service: Service): readonly FieldError[] {
  return [...validateSpec(service.spec)];
}

function* validateSpec(spec: ServiceSpec): Errors {
  const { ports = [], type = '' } = spec;
  const isHeadless = spec.clusterIP === 'None';
  if (ports.length === 0 && !isHeadless && type !== 'ExternalName') yield required(['spec', 'ports']);
  yield* checkAddressOfType(spec, isHeadless);
  yield* checkPorts(spec);
  yield* validateLabels(spec.selector, ['spec', 'selector']);
  yield* checkSupported(spec.sessionAffinity, AFFINITIES, ['spec', 'sessionAffinity']);
  yield* checkAffinityTimeout(spec);
  if (!TYPES.includes(type)) yield notSupported(['spec', 'type'], type, TYPES);
  for (const [ip, place] of each(spec.externalIPs, ['spec', 'externalIPs'])) {
    yield* check(ipAddress, ip, place);
  }
  if (spec.externalTrafficPolicy !== undefined) yield* checkExternalPolicy(spec);
  yield* checkSupported(spec.internalTrafficPolicy, POLICIES, ['spec', 'internalTrafficPolicy']);
  if (spec.loadBalancerSourceRanges !== undefined && type !== 'LoadBalancer') {
    const detail = "may only be used when `type` is 'LoadBalancer'";
    yield forbidden(['spec', 'LoadBalancerSourceRanges'], detail);
  }
  yield* checkFamilies(spec);
}

function* checkAddressOfType(spec: ServiceSpec, isHeadless: boolean): Errors {
  const path: FieldPath = ['spec', 'clusterIPs', 0];
  const { type = '', clusterIP = '', clusterIPs = [] } = spec;
  if (type === 'ExternalName') {
    if (clusterIP !== '' || clusterIPs.length > 0) {
      yield forbidden(['spec', 'clusterIPs'], 'may not be set when `type` is ExternalName');
    }
    const name = (spec.externalName ?? '').replace(/\.$/, '');
    if (name === '') yield required(['spec', 'externalName']);
    else yield* check(dns1123Subdomain, name, ['spec', 'externalName']);
    return;
  }
  if (isHeadless && (type === 'LoadBalancer' || type === 'NodePort')) {
    yield invalid(path, clusterIP, `may not be set to 'None' for ${type} services`);
  }
  if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    yield invalid(['spec', 'clusterIPs'], clusterIPs, 'first value must match `clusterIP`');
  }
  if (clusterIP !== '' && !isHeadless) yield* check(ipAddress, clusterIP, path);
}

function* checkPorts(spec: ServiceSpec): Errors {
  const names = new Set<string>();
  const numbers = new Set<string>();
  const isNamed = (spec.ports ?? []).length > 1;
  for (const [port, path] of each(spec.ports, ['spec', 'ports'])) {
    yield* checkPort(port, isNamed, path);
    const { name = '', protocol = '' } = port;
    if (name !== '' && names.has(name)) yield duplicate([...path, 'name'], name);
    names.add(name);
    const number = `${protocol}/${port.port}`;
    if (numbers.has(number)) yield duplicate(path, goServicePort(port));
    numbers.add(number);
    if (spec.type === 'ClusterIP' && (port.nodePort ?? 0) !== 0) {
      yield forbidden([...path, 'nodePort'], "may not be used when `type` is 'ClusterIP'");
    }
  }
}

function* checkPort(port: ServicePort, isNamed: boolean, path: FieldPath): Errors {
  const { name = '', protocol = '', targetPort, appProtocol } = port;
  if (name !== '') yield* check(dns1123Label, name, [...path, 'name']);
  else if (isNamed) yield required([...path, 'name']);
  yield* check(portNumber, port.port, [...path, 'port']);
  yield* checkSupported(protocol, PROTOCOLS, [...path, 'protocol']);
  if (typeof targetPort === 'number') yield* check(portNumber, targetPort, [...path, 'targetPort']);
  else if (targetPort !== undefined) yield* check(portName, targetPort, [...path, 'targetPort']);
  if (appProtocol !== undefined) yield* check(qualifiedName, appProtocol, [...path, 'appProtocol']);
}

/** Upstream prints the two fields that are the same in its internal struct. */
function goServicePort({ protocol, port }: ServicePort): unknown {
  return { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
}

function* checkAffinityTimeout({ sessionAffinityConfig, sessionAffinity }: ServiceSpec): Errors {
  const path = ['spec', 'sessionAffinityConfig'];
  if (sessionAffinityConfig === undefined) return;
  if (sessionAffinity === 'None') {
    yield forbidden(path, 'must not be set when session affinity is None');
    return;
  }
  const seconds = sessionAffinityConfig.clientIP?.timeoutSeconds;
  if (seconds === undefined || inclusiveRange(seconds, 1, DAY_SECONDS).length === 0) return;
  const detail = `must be greater than 0 and less than ${DAY_SECONDS}`;
  yield invalid([...path, 'clientIP', 'timeoutSeconds'], seconds, detail);
}

function* checkExternalPolicy(spec: ServiceSpec): Errors {
  const path = ['spec', 'externalTrafficPolicy'];
  const { type, externalTrafficPolicy, externalIPs = [] } = spec;
  if (type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0) {
    yield* checkSupported(externalTrafficPolicy, POLICIES, path);
  } else {
    const detail = 'may only be set for externally-accessible services';
    yield invalid(path, externalTrafficPolicy, detail);
  }
}

function* checkFamilies({ ipFamilies, ipFamilyPolicy }: ServiceSpec): Errors {
  for (const [family, place] of each(ipFamilies, ['spec', 'ipFamilies'])) {
    if (family === 'IPv6') yield invalid(place, family, 'not configured on this cluster');
    else if (family !== 'IPv4') yield notSupported(place, family, ['IPv4', 'IPv6']);
  }
  const path = ['spec', 'ipFamilyPolicy'];
  if (ipFamilyPolicy === 'RequireDualStack') {
    yield invalid(path, ipFamilyPolicy, 'this cluster is not configured for dual-stack services');
  } else {
    yield* checkSupported(ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack'], path);
  }
}
