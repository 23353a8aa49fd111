import { expect, test } from 'vitest';
import { objectsInMemory } from '../../../test/support/objects-in-memory.ts';
import { serviceOf, sliceOf } from '../../../test/support/service-objects.ts';
import type { EndpointSlice } from '../../kube/endpoints.ts';
import type { Service } from '../../kube/references.ts';
import { watchCatalog } from '../service-catalog.ts';
import { serviceRoutes } from './backends.ts';
import { buildRuleset } from './ruleset.ts';

const network = {
  table: 'podproof-0a1b2c3d',
  bridge: 'pp-0a1b2c3d',
  subnet: '10.85.3.0/24',
  serviceCidr: '10.160.0.0/22',
};

function rulesOf(services: readonly Service[], slices: readonly EndpointSlice[]): string {
  const api = objectsInMemory();
  for (const service of services) api.put('Service', service);
  for (const slice of slices) api.put('EndpointSlice', slice);
  const catalog = watchCatalog(api, () => {});
  return buildRuleset(serviceRoutes(catalog, new Set(['10.160.0.1', '10.160.0.10'])), network);
}

/** What stands in a chain or a map. */
function inside(rules: string, name: string): string {
  return new RegExp(`(?:chain|map) ${name} \\{\\n([\\s\\S]*?)\\n {2}\\}`).exec(rules)?.[1] ?? '';
}

const web = serviceOf('web', {
  type: 'NodePort',
  clusterIP: '10.160.0.20',
  ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }],
});
const ready = { addresses: ['10.85.3.2'], conditions: { ready: true } };

test('the whole table is replaced in one transaction', () => {
  expect(rulesOf([], [])).toMatch(
    /^table ip podproof-0a1b2c3d\ndelete table ip podproof-0a1b2c3d\ntable ip podproof-0a1b2c3d \{/,
  );
});

test('an address and port of a service leads to its one endpoint', () => {
  const rules = rulesOf([web], [sliceOf('web', [ready])]);
  expect(inside(rules, 'cluster-ips')).toContain('10.160.0.20 . tcp . 80 : goto service-0');
  expect(inside(rules, 'node-ports')).toContain('tcp . 30080 : goto service-0');
  expect(inside(rules, 'service-0')).toContain(
    'meta l4proto tcp dnat ip to 10.85.3.2:8080 comment "default/web:80"',
  );
});

test('several endpoints share the load, by chance or by client', () => {
  const endpoints = [ready, { addresses: ['10.85.3.3'] }];
  expect(inside(rulesOf([web], [sliceOf('web', endpoints)]), 'service-0')).toContain(
    'numgen random mod 2 map { 0 : 10.85.3.2 . 8080, 1 : 10.85.3.3 . 8080 }',
  );
  const sticky = serviceOf('web', { ...web.spec, sessionAffinity: 'ClientIP' });
  expect(inside(rulesOf([sticky], [sliceOf('web', endpoints)]), 'service-0')).toContain(
    'jhash ip saddr mod 2',
  );
});

test('only ready endpoints count; those that are ending serve when there is nothing else', () => {
  const ending = { addresses: ['10.85.3.9'], conditions: { ready: false, serving: true, terminating: true } };
  const unready = { addresses: ['10.85.3.8'], conditions: { ready: false } };
  expect(inside(rulesOf([web], [sliceOf('web', [ready, ending, unready])]), 'service-0')).toContain(
    'dnat ip to 10.85.3.2:8080',
  );
  expect(inside(rulesOf([web], [sliceOf('web', [ending, unready])]), 'service-0')).toContain(
    'dnat ip to 10.85.3.9:8080',
  );
});

test("a service without endpoints, a headless one and the node's own addresses have no way", () => {
  const headless = serviceOf('peers', { clusterIP: 'None', ports: [{ port: 80 }] });
  const api = serviceOf('kubernetes', { clusterIP: '10.160.0.1', ports: [{ port: 443 }] });
  const slices = [sliceOf('peers', [ready]), sliceOf('kubernetes', [ready])];
  const rules = rulesOf([serviceOf('web', web.spec), headless, api], slices);
  expect(inside(rules, 'cluster-ips')).not.toContain('elements');
  expect(rules).not.toContain('chain service-');
  expect(inside(rules, 'forward')).toContain('ip daddr 10.160.0.0/22 reject');
});

test('ports are told apart by name and protocol', () => {
  const dns = serviceOf('dns', {
    clusterIP: '10.160.0.30',
    ports: [
      { name: 'udp', port: 53, protocol: 'UDP' },
      { name: 'tcp', port: 53, protocol: 'TCP' },
      { name: 'sctp', port: 9, protocol: 'SCTP' },
    ],
  });
  const slice = sliceOf(
    'dns',
    [ready],
    [
      { name: 'udp', port: 1053, protocol: 'UDP' },
      { name: 'tcp', port: 2053, protocol: 'TCP' },
      { name: 'sctp', port: 3009, protocol: 'SCTP' },
    ],
  );
  const rules = rulesOf([dns], [slice]);
  expect(inside(rules, 'cluster-ips')).toMatch(/10\.160\.0\.30 \. sctp \. 9 : .*tcp \. 53 : .*udp \. 53 :/);
  expect(rules).toContain('meta l4proto udp dnat ip to 10.85.3.2:1053');
  expect(rules).toContain('meta l4proto sctp dnat ip to 10.85.3.2:3009');
});

test('nothing that is no address, port or name gets into the rules', () => {
  const evil = serviceOf('web"; flush ruleset #', {
    clusterIP: '10.160.0.40; flush ruleset',
    ports: [{ port: 80 }],
  });
  const oddPort = serviceOf('odd', { clusterIP: '10.160.0.41', ports: [{ port: 1.5 }] });
  const oddName = serviceOf('web"; flush', { clusterIP: '10.160.0.42', ports: [{ port: 80 }] });
  const bad = sliceOf('web"; flush', [{ addresses: ['10.85.3.2; flush'] }, ready]);
  const rules = rulesOf([evil, oddPort, oddName], [bad]);
  expect(rules).not.toContain('flush');
  expect(inside(rules, 'cluster-ips')).toContain('10.160.0.42 . tcp . 80');
});

test('the same services in another order have the same rules', () => {
  const other = serviceOf('api', { clusterIP: '10.160.0.21', ports: [{ port: 80 }] });
  const slices = [sliceOf('web', [ready]), sliceOf('api', [ready])];
  expect(rulesOf([web, other], slices)).toBe(rulesOf([other, web], slices.toReversed()));
});

test("pods' loopback packets are dropped before anything else, whoever lets them in", () => {
  expect(inside(rulesOf([], []), 'guard')).toContain('iifname "pp-0a1b2c3d" ip daddr 127.0.0.0/8 drop');
});
