import { invalid } from '../../kube/field-error.ts';
import type { Service } from '../../kube/references.ts';
import { ApiError } from '../../kube/status.ts';
import { invalidObject } from '../invalid-object.ts';
import type { WriteContext } from '../resource-kind.ts';
import { type Ipv4Range, ipv4ToNumber, ipv4ToText, parseIpv4Range } from './ipv4-range.ts';
import { startOf } from './start-of.ts';

/** The API server's and the DNS server's addresses, from the beginning of the range: never allotted to others. */
const RESERVED = [1, 10];

/** The Service with an address of the range: the one that it asks for, or one that is free. */
export function withClusterIp(service: Service, context: WriteContext): Service {
  const { spec } = service;
  if (spec.type === 'ExternalName') return service;
  const wanted = spec.clusterIP || spec.clusterIPs?.[0] || '';
  if (wanted === 'None') return withAddress(service, 'None');
  const range = parseIpv4Range(context.settings.serviceCidr);
  const taken = takenAddresses(service, context);
  if (wanted === '') return withAddress(service, freeAddress(service, range, taken));
  const problem = problemOf(wanted, range, taken);
  if (problem === undefined) return withAddress(service, wanted);
  const detail = `failed to allocate IP ${wanted}: ${problem}`;
  const error = invalid(['spec', 'clusterIPs'], [wanted], detail);
  throw invalidObject({ group: '', kind: 'Service', name: service.metadata.name ?? '' }, [error]);
}

function withAddress(service: Service, address: string): Service {
  const { clusterIPs = [] } = service.spec;
  const all = clusterIPs.length === 0 ? [address] : clusterIPs;
  return { ...service, spec: { ...service.spec, clusterIP: address, clusterIPs: all } };
}

function takenAddresses(service: Service, { objects }: WriteContext): ReadonlySet<string> {
  const { namespace, name } = service.metadata;
  const others = objects
    .list('Service')
    .filter(({ metadata }) => metadata.namespace !== namespace || metadata.name !== name);
  return new Set(others.flatMap(({ spec }) => spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])));
}

function problemOf(address: string, range: Ipv4Range, taken: ReadonlySet<string>): string | undefined {
  const number = ipv4ToNumber(address);
  // The first and the last address are the network's and its broadcast's.
  const isInside = number !== undefined && number > range.first && number < range.first + range.size - 1;
  if (!isInside) {
    return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range.cidr}`;
  }
  return taken.has(address) ? 'provided IP is already allocated' : undefined;
}

/** From the upper part of the range, which upstream keeps for this; from the lower one when that is full. */
function freeAddress({ metadata }: Service, range: Ipv4Range, taken: ReadonlySet<string>): string {
  const usable = range.size - 2;
  const lower = usable <= 16 ? 0 : Math.min(Math.max(16, Math.floor(usable / 16)), 256);
  const upper = usable - lower;
  const start = startOf(`${metadata.namespace}/${metadata.name}`, Math.max(1, upper));
  for (let step = 0; step < usable; step += 1) {
    const offset = step < upper ? lower + ((start + step) % upper) : step - upper;
    const address = ipv4ToText(range.first + 1 + offset);
    if (!RESERVED.includes(offset + 1) && !taken.has(address)) return address;
  }
  throw new ApiError(
    'InternalError',
    'Internal error occurred: failed to allocate a serviceIP: range is full',
  );
}
