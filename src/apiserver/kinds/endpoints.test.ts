import { describe, expect, test } from 'vitest';
import { changeProblems, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { EndpointSlice, Endpoints } from '../../kube/endpoints.ts';
import { endpointSlice } from './endpoint-slice.ts';
import { endpoints } from './endpoints.ts';

const metadata = { name: 'web', namespace: 'default', creationTimestamp: '2026-01-01T00:59:00Z' };

function withAddresses(...ips: readonly string[]): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 80 }] }],
  };
}

describe('Endpoints', () => {
  test('its row names three addresses and counts the others', () => {
    expect(rowOf(endpoints, withAddresses('10.0.0.1', 'fd00::1'))).toEqual({
      NAME: 'web',
      ENDPOINTS: '10.0.0.1:80,[fd00::1]:80',
      AGE: '60s',
    });
    expect(
      rowOf(endpoints, withAddresses('1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4', '5.5.5.5')),
    ).toMatchObject({
      ENDPOINTS: '1.1.1.1:80,2.2.2.2:80,3.3.3.3:80 + 2 more...',
    });
    expect(rowOf(endpoints, { ...withAddresses(), subsets: [] })).toMatchObject({ ENDPOINTS: '<none>' });
  });

  test("somebody's own are not followed, and that is told; the node's have their slices", () => {
    const own = withAddresses('10.0.0.1');
    expect(endpoints.warnings?.(own)).toEqual([
      expect.stringContaining('podproof does not carry out subsets: traffic and names follow EndpointSlices'),
    ]);
    const labels = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
    expect(endpoints.warnings?.({ ...own, metadata: { ...metadata, labels } })).toEqual([]);
  });

  test('a port is TCP', () => {
    expect(endpoints.defaults(withAddresses()).subsets?.[0]?.ports).toEqual([{ port: 80, protocol: 'TCP' }]);
  });
});

describe('EndpointSlice', () => {
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }],
    ports: [{ port: 80 }],
  };

  test('its row', () => {
    expect(rowOf(endpointSlice, slice)).toEqual({
      NAME: 'web',
      ADDRESSTYPE: 'IPv4',
      PORTS: '80',
      ENDPOINTS: '10.0.0.1',
      AGE: '60s',
    });
    expect(rowOf(endpointSlice, { ...slice, endpoints: [], ports: [] })).toMatchObject({
      PORTS: '<unset>',
      ENDPOINTS: '<unset>',
    });
  });

  test('addresses that get no traffic, and zones, are told', () => {
    const asked: EndpointSlice = {
      ...slice,
      addressType: 'FQDN',
      endpoints: [{ addresses: ['example.com'], zone: 'a', nodeName: 'n' }],
    };
    expect(endpointSlice.warnings?.(asked)).toEqual([
      'podproof does not carry out addressType: only IPv4 addresses get traffic',
      'podproof does not carry out endpoints[0].zone: there is one node and no zone',
    ]);
    expect(endpointSlice.warnings?.(slice)).toEqual([]);
  });

  test('its type of addresses is one of three, and stays', () => {
    expect(problemsOf(endpointSlice, { ...slice, addressType: 'MAC' })).toEqual([
      'addressType: Unsupported value: "MAC": supported values: "FQDN", "IPv4", "IPv6"',
    ]);
    expect(changeProblems(endpointSlice, { ...slice, addressType: 'IPv6' }, slice)).toEqual([
      'addressType: Invalid value: "IPv6": field is immutable',
    ]);
  });
});
