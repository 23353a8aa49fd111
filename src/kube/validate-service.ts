import type { FieldError } from './field-error.ts';
import type { Service, ServicePort, ServiceSpec } from './references.ts';
import { FieldErrors } from './validation/field-errors.ts';
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
import { type Place, SPEC } from './validation/place.ts';
import { check, checkSupported, each } from './validation/rules.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const AFFINITIES = ['ClientIP', 'None'];
const POLICIES = ['Cluster', 'Local'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const DAY_SECONDS = 86_400;

/** What the API server would refuse the spec of a Service for, once it has been defaulted. */
export function validateService({ spec }: Service): readonly FieldError[] {
  const errors = new FieldErrors();
  const { ports = [], type = '' } = spec;
  const isHeadless = spec.clusterIP === 'None';
  if (ports.length === 0 && !isHeadless && type !== 'ExternalName') errors.required(SPEC.at('ports'));
  checkAddressOfType(errors, spec, isHeadless);
  checkPorts(errors, spec);
  validateLabels(errors, spec.selector, SPEC.at('selector'));
  checkSupported(errors, spec.sessionAffinity, AFFINITIES, SPEC.at('sessionAffinity'));
  checkAffinityTimeout(errors, spec, SPEC.at('sessionAffinityConfig'));
  checkSupported(errors, type, TYPES, SPEC.at('type'));
  each(spec.externalIPs, SPEC.at('externalIPs'), (ip, place) => check(errors, ipAddress, ip, place));
  if (spec.externalTrafficPolicy !== undefined) checkExternalPolicy(errors, spec);
  checkSupported(errors, spec.internalTrafficPolicy, POLICIES, SPEC.at('internalTrafficPolicy'));
  if (spec.loadBalancerSourceRanges !== undefined && type !== 'LoadBalancer') {
    // Upstream spells it like its Go field.
    const detail = "may only be used when `type` is 'LoadBalancer'";
    errors.forbidden(SPEC.at('LoadBalancerSourceRanges'), detail);
  }
  checkFamilies(errors, spec);
  return errors.found;
}

function checkAddressOfType(errors: FieldErrors, spec: ServiceSpec, isHeadless: boolean): void {
  const { type = '', clusterIP = '', clusterIPs = [] } = spec;
  const list = SPEC.at('clusterIPs');
  if (type === 'ExternalName') {
    checkExternalName(errors, spec);
    return;
  }
  if (isHeadless && (type === 'LoadBalancer' || type === 'NodePort')) {
    errors.invalid(list.at(0), clusterIP, `may not be set to 'None' for ${type} services`);
  }
  if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    errors.invalid(list, clusterIPs, 'first value must match `clusterIP`');
  }
  if (clusterIP !== '' && !isHeadless) check(errors, ipAddress, clusterIP, list.at(0));
}

function checkExternalName(errors: FieldErrors, spec: ServiceSpec): void {
  const { clusterIP = '', clusterIPs = [], externalName = '' } = spec;
  if (clusterIP !== '' || clusterIPs.length > 0) {
    errors.forbidden(SPEC.at('clusterIPs'), 'may not be set when `type` is ExternalName');
  }
  const name = externalName.replace(/\.$/, '');
  if (name === '') errors.required(SPEC.at('externalName'));
  else check(errors, dns1123Subdomain, name, SPEC.at('externalName'));
}

function checkPorts(errors: FieldErrors, { ports = [], type }: ServiceSpec): void {
  const names = new Set<string>();
  const numbers = new Set<string>();
  each(ports, SPEC.at('ports'), (port, place) => {
    const { name = '', protocol = '', nodePort = 0 } = port;
    checkPort(errors, port, ports.length > 1, place);
    if (name !== '' && names.has(name)) errors.duplicate(place.at('name'), name);
    names.add(name);
    const number = `${protocol}/${port.port}`;
    if (numbers.has(number)) errors.duplicate(place, goServicePort(port));
    numbers.add(number);
    if (type === 'ClusterIP' && nodePort !== 0) {
      errors.forbidden(place.at('nodePort'), "may not be used when `type` is 'ClusterIP'");
    }
  });
}

function checkPort(errors: FieldErrors, servicePort: ServicePort, isNamed: boolean, place: Place): void {
  const { name = '', port, protocol = '', targetPort, appProtocol } = servicePort;
  if (name !== '') check(errors, dns1123Label, name, place.at('name'));
  else if (isNamed) errors.required(place.at('name'));
  check(errors, portNumber, port, place.at('port'));
  checkSupported(errors, protocol, PROTOCOLS, place.at('protocol'));
  if (typeof targetPort === 'number') check(errors, portNumber, targetPort, place.at('targetPort'));
  else if (targetPort !== undefined) check(errors, portName, targetPort, place.at('targetPort'));
  if (appProtocol !== undefined) check(errors, qualifiedName, appProtocol, place.at('appProtocol'));
}

/** Upstream prints the two fields that are the same in its internal struct. */
function goServicePort({ protocol, port }: ServicePort): unknown {
  return { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
}

function checkAffinityTimeout(errors: FieldErrors, spec: ServiceSpec, place: Place): void {
  const { sessionAffinityConfig, sessionAffinity } = spec;
  if (sessionAffinityConfig === undefined) return;
  if (sessionAffinity === 'None') {
    errors.forbidden(place, 'must not be set when session affinity is None');
    return;
  }
  const seconds = sessionAffinityConfig.clientIP?.timeoutSeconds;
  if (seconds === undefined || inclusiveRange(seconds, 1, DAY_SECONDS).length === 0) return;
  const detail = `must be greater than 0 and less than ${DAY_SECONDS}`;
  errors.invalid(place.at('clientIP').at('timeoutSeconds'), seconds, detail);
}

function checkExternalPolicy(errors: FieldErrors, spec: ServiceSpec): void {
  const place = SPEC.at('externalTrafficPolicy');
  const { type, externalTrafficPolicy, externalIPs = [] } = spec;
  if (type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0) {
    checkSupported(errors, externalTrafficPolicy, POLICIES, place);
  } else {
    errors.invalid(place, externalTrafficPolicy, 'may only be set for externally-accessible services');
  }
}

function checkFamilies(errors: FieldErrors, { ipFamilies, ipFamilyPolicy }: ServiceSpec): void {
  each(ipFamilies, SPEC.at('ipFamilies'), (family, place) => {
    if (family === 'IPv6') errors.invalid(place, family, 'not configured on this cluster');
    else if (family !== 'IPv4') errors.notSupported(place, family, ['IPv4', 'IPv6']);
  });
  const place = SPEC.at('ipFamilyPolicy');
  if (ipFamilyPolicy === 'RequireDualStack') {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.invalid(place, ipFamilyPolicy, detail);
  } else {
    checkSupported(errors, ipFamilyPolicy, FAMILY_POLICIES, place);
  }
}
