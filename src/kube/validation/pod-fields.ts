import type { DefaultedPodSpec } from '../defaults.ts';
import type { PodDnsConfig, PodSpec } from '../pod.ts';
import type { Toleration } from '../scheduling.ts';
import type { FieldErrors } from './field-errors.ts';
import { validateLabels } from './metadata.ts';
import {
  byteLength,
  dns1123Label,
  dns1123Subdomain,
  dns1123SubdomainWithUnderscore,
  inclusiveRange,
  ipAddress,
  labelValue,
  type Messages,
  qualifiedName,
} from './names.ts';
import { type Place, SPEC } from './place.ts';
import { check, checkChosen, checkSupported, each } from './rules.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];

/** The fields of a pod's spec that stand alone. */
export function validatePodFields(errors: FieldErrors, spec: DefaultedPodSpec): void {
  checkChosen(errors, spec.restartPolicy, RESTART_POLICIES, SPEC.at('restartPolicy'));
  checkChosen(errors, spec.dnsPolicy, DNS_POLICIES, SPEC.at('dnsPolicy'));
  validateLabels(errors, spec.nodeSelector, SPEC.at('nodeSelector'));
  checkDns(errors, spec, SPEC.at('dnsConfig'));
  each(spec.readinessGates, SPEC.at('readinessGates'), ({ conditionType }, place) => {
    check(errors, qualifiedName, conditionType, place.at('conditionType'));
  });
  checkSchedulingGates(errors, spec, SPEC.at('schedulingGates'));
  checkHostnameOverride(errors, spec, SPEC.at('hostnameOverride'));
  checkIfNamed(errors, dns1123Subdomain, spec.serviceAccountName, SPEC.at('serviceAccountName'));
  checkIfNamed(errors, dns1123Subdomain, spec.nodeName, SPEC.at('nodeName'));
  if (spec.activeDeadlineSeconds !== undefined) {
    check(errors, deadline, spec.activeDeadlineSeconds, SPEC.at('activeDeadlineSeconds'));
  }
  checkIfNamed(errors, dns1123Label, spec.hostname, SPEC.at('hostname'));
  checkIfNamed(errors, dns1123Label, spec.subdomain, SPEC.at('subdomain'));
  each(spec.tolerations, SPEC.at('tolerations'), (it, place) => checkToleration(errors, it, place));
  checkHostAliases(errors, spec, SPEC.at('hostAliases'));
  checkIfNamed(errors, dns1123Subdomain, spec.priorityClassName, SPEC.at('priorityClassName'));
  checkIfNamed(errors, dns1123Subdomain, spec.runtimeClassName, SPEC.at('runtimeClassName'));
  checkSupported(errors, spec.preemptionPolicy, PREEMPTION_POLICIES, SPEC.at('preemptionPolicy'));
}

function deadline(seconds: number): Messages {
  return inclusiveRange(seconds, 1, 2147483647);
}

function checkIfNamed(
  errors: FieldErrors,
  rule: (name: string) => Messages,
  name: string | undefined,
  place: Place,
): void {
  if (name !== undefined && name !== '') check(errors, rule, name, place);
}

function checkDns(errors: FieldErrors, { dnsPolicy, dnsConfig }: PodSpec, place: Place): void {
  const { nameservers = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && dnsConfig === undefined) {
    errors.required(place, 'must provide `dnsConfig` when `dnsPolicy` is None');
  } else if (dnsPolicy === 'None' && nameservers.length === 0) {
    const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    errors.required(place.at('nameservers'), detail);
  }
  if (dnsConfig !== undefined) checkDnsConfig(errors, dnsConfig, place);
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

function checkDnsConfig(errors: FieldErrors, config: PodDnsConfig, place: Place): void {
  const { nameservers = [], searches = [], options } = config;
  const servers = place.at('nameservers');
  if (nameservers.length > MAX_NAMESERVERS) {
    errors.invalid(servers, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`);
  }
  each(nameservers, servers, (address, at) => check(errors, ipAddress, address, at));
  const domains = place.at('searches');
  if (searches.length > MAX_SEARCHES) {
    errors.invalid(domains, searches, `must not have more than ${MAX_SEARCHES} search paths`);
  }
  if (byteLength(searches.join(' ')) > MAX_SEARCH_CHARACTERS) {
    const detail = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    errors.invalid(domains, searches, detail);
  }
  each(searches, domains, (search, at) => {
    if (search !== '.') check(errors, dns1123SubdomainWithUnderscore, search.replace(/\.$/, ''), at);
  });
  each(options, place.at('options'), ({ name = '' }, at) => {
    if (name === '') errors.required(at, 'must not be empty');
  });
}

function checkSchedulingGates(errors: FieldErrors, spec: PodSpec, list: Place): void {
  const { schedulingGates, nodeName = '' } = spec;
  if (schedulingGates === undefined) return;
  const names = new Set<string>();
  each(schedulingGates, list, ({ name }, place) => {
    check(errors, qualifiedName, name, place);
    if (names.has(name)) errors.duplicate(place, name);
    names.add(name);
  });
  if (nodeName !== '' && schedulingGates.length > 0) {
    const detail = 'cannot be set until all schedulingGates have been cleared';
    errors.forbidden(SPEC.at('nodeName'), detail);
  }
}

function checkHostnameOverride(errors: FieldErrors, spec: PodSpec, place: Place): void {
  const { hostnameOverride } = spec;
  if (hostnameOverride === undefined) return;
  if (spec.setHostnameAsFQDN === true) {
    errors.forbidden(place, 'may not be specified when setHostnameAsFQDN is true');
  }
  if (spec.hostNetwork === true) {
    errors.forbidden(place, 'may not be specified when hostNetwork is true');
  }
  if (byteLength(hostnameOverride) > 64) errors.tooLong(place, 64);
  check(errors, dns1123Subdomain, hostnameOverride, place);
}

function checkHostAliases(errors: FieldErrors, spec: PodSpec, list: Place): void {
  each(spec.hostAliases, list, ({ ip, hostnames }, place) => {
    check(errors, ipAddress, ip, place.at('ip'));
    each(hostnames, place.at('hostnames'), (name, at) => check(errors, dns1123Subdomain, name, at));
  });
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function checkToleration(errors: FieldErrors, toleration: Toleration, place: Place): void {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  if (key !== '') check(errors, qualifiedName, key, place.at('key'));
  else if (operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.invalid(place.at('operator'), operator, detail);
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.invalid(place.at('effect'), effect, detail);
  }
  checkTolerationValue(errors, operator, value, place.at('operator'));
  if (effect !== '') checkSupported(errors, effect, EFFECTS, place.at('effect'));
}

function checkTolerationValue(errors: FieldErrors, operator: string, value: string, place: Place): void {
  if (operator === '' || operator === 'Equal') check(errors, labelValue, value, place);
  // Known since 1.35, behind a feature gate that is off.
  else if (operator === 'Lt' || operator === 'Gt')
    errors.notSupported(place, operator, ['Equal', 'Exists', 'Lt', 'Gt']);
  else if (operator !== 'Exists') errors.notSupported(place, operator, ['Equal', 'Exists']);
  else if (value !== '') errors.invalid(place, value, "value must be empty when `operator` is 'Exists'");
}
