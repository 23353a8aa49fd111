import type { FieldPath } from '../../core/field-path.ts';
import type { DefaultedPodSpec } from '../defaults.ts';
import { duplicate, forbidden, invalid, notSupported, required, tooLong } from '../field-error.ts';
import type { PodSpec } from '../pod.ts';
import type { Toleration } from '../scheduling.ts';
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
import { check, checkChosen, checkSupported, type Errors, each } from './rules.ts';

/** The fields of a pod's spec that stand alone. */
export function* validatePodFields(spec: DefaultedPodSpec): Errors {
  yield* checkChosen(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], at('restartPolicy'));
  yield* checkChosen(
    spec.dnsPolicy,
    ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'],
    at('dnsPolicy'),
  );
  yield* validateLabels(spec.nodeSelector, at('nodeSelector'));
  yield* checkDns(spec, at('dnsConfig'));
  for (const [gate, place] of each(spec.readinessGates, at('readinessGates'))) {
    yield* check(qualifiedName, gate.conditionType, [...place, 'conditionType']);
  }
  yield* checkSchedulingGates(spec, at('schedulingGates'));
  yield* checkHostnameOverride(spec, at('hostnameOverride'));
  yield* checkName(spec.serviceAccountName, at('serviceAccountName'));
  yield* checkName(spec.nodeName, at('nodeName'));
  if (spec.activeDeadlineSeconds !== undefined) {
    yield* check(deadline, spec.activeDeadlineSeconds, at('activeDeadlineSeconds'));
  }
  if ((spec.hostname ?? '') !== '') yield* check(dns1123Label, spec.hostname ?? '', at('hostname'));
  if ((spec.subdomain ?? '') !== '') yield* check(dns1123Label, spec.subdomain ?? '', at('subdomain'));
  yield* checkTolerations(spec.tolerations, at('tolerations'));
  yield* checkHostAliases(spec, at('hostAliases'));
  yield* checkName(spec.priorityClassName, at('priorityClassName'));
  yield* checkName(spec.runtimeClassName, at('runtimeClassName'));
  yield* checkSupported(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], at('preemptionPolicy'));
}

function at(field: string): FieldPath {
  return ['spec', field];
}

function deadline(seconds: number): Messages {
  return inclusiveRange(seconds, 1, 2147483647);
}

function* checkName(name: string | undefined, path: FieldPath): Errors {
  if (name !== undefined && name !== '') yield* check(dns1123Subdomain, name, path);
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

function* checkDns(spec: PodSpec, path: FieldPath): Errors {
  const { dnsConfig } = spec;
  const { nameservers = [], searches = [], options } = dnsConfig ?? {};
  if (spec.dnsPolicy === 'None' && dnsConfig === undefined) {
    yield required(path, 'must provide `dnsConfig` when `dnsPolicy` is None');
  } else if (spec.dnsPolicy === 'None' && nameservers.length === 0) {
    const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    yield required([...path, 'nameservers'], detail);
  }
  if (nameservers.length > MAX_NAMESERVERS) {
    yield invalid(
      [...path, 'nameservers'],
      nameservers,
      `must not have more than ${MAX_NAMESERVERS} nameservers`,
    );
  }
  for (const [address, place] of each(nameservers, [...path, 'nameservers']))
    yield* check(ipAddress, address, place);
  if (searches.length > MAX_SEARCHES) {
    yield invalid([...path, 'searches'], searches, `must not have more than ${MAX_SEARCHES} search paths`);
  }
  if (byteLength(searches.join(' ')) > MAX_SEARCH_CHARACTERS) {
    const detail = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    yield invalid([...path, 'searches'], searches, detail);
  }
  for (const [search, place] of each(searches, [...path, 'searches'])) {
    if (search !== '.') yield* check(dns1123SubdomainWithUnderscore, search.replace(/\.$/, ''), place);
  }
  for (const [option, place] of each(options, [...path, 'options'])) {
    if ((option.name ?? '') === '') yield required(place, 'must not be empty');
  }
}

function* checkSchedulingGates(spec: PodSpec, path: FieldPath): Errors {
  const names = new Set<string>();
  for (const [gate, place] of each(spec.schedulingGates, path)) {
    yield* check(qualifiedName, gate.name, place);
    if (names.has(gate.name)) yield duplicate(place, gate.name);
    names.add(gate.name);
  }
  if ((spec.nodeName ?? '') !== '' && names.size > 0) {
    yield forbidden(['spec', 'nodeName'], 'cannot be set until all schedulingGates have been cleared');
  }
}

function* checkHostnameOverride(spec: PodSpec, path: FieldPath): Errors {
  const { hostnameOverride } = spec;
  if (hostnameOverride === undefined) return;
  if (spec.setHostnameAsFQDN === true) {
    yield forbidden(path, 'may not be specified when setHostnameAsFQDN is true');
  }
  if (spec.hostNetwork === true) yield forbidden(path, 'may not be specified when hostNetwork is true');
  if (byteLength(hostnameOverride) > 64) yield tooLong(path, 64);
  yield* check(dns1123Subdomain, hostnameOverride, path);
}

function* checkHostAliases(spec: PodSpec, path: FieldPath): Errors {
  for (const [alias, place] of each(spec.hostAliases, path)) {
    yield* check(ipAddress, alias.ip, [...place, 'ip']);
    for (const [name, at] of each(alias.hostnames, [...place, 'hostnames'])) {
      yield* check(dns1123Subdomain, name, at);
    }
  }
}

function* checkTolerations(tolerations: readonly Toleration[] | undefined, path: FieldPath): Errors {
  for (const [toleration, place] of each(tolerations, path)) {
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    if (key !== '') yield* check(qualifiedName, key, [...place, 'key']);
    else if (operator !== 'Exists') {
      const detail =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      yield invalid([...place, 'operator'], operator, detail);
    }
    if (toleration.tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      yield invalid([...place, 'effect'], effect, detail);
    }
    yield* checkTolerationValue(operator, value, [...place, 'operator']);
    const effects = ['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute'];
    if (!effects.includes(effect)) yield* checkSupported(effect, effects.slice(1), [...place, 'effect']);
  }
}

function* checkTolerationValue(operator: string, value: string, path: FieldPath): Errors {
  if (operator === '' || operator === 'Equal') yield* check(labelValue, value, path);
  // Known since 1.35, behind a feature gate that is off.
  else if (operator === 'Lt' || operator === 'Gt')
    yield notSupported(path, operator, ['Equal', 'Exists', 'Lt', 'Gt']);
  else if (operator !== 'Exists') yield* checkSupported(operator, ['Equal', 'Exists'], path);
  else if (value !== '') yield invalid(path, value, "value must be empty when `operator` is 'Exists'");
}
