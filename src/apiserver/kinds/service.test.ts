import { describe, expect, test } from 'vitest';
import { changeProblems, contextWith, created, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { Service, ServiceSpec } from '../../kube/references.ts';
import { ApiError } from '../../kube/status.ts';
import { service } from './service.ts';

function serviceOf(spec: ServiceSpec, name = 'web'): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec };
}

const plain = serviceOf({ ports: [{ port: 80 }], selector: { app: 'web' } });

describe('defaults', () => {
  test('are those of a ClusterIP Service of one address family', () => {
    expect(service.defaults(plain).spec).toEqual({
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      selector: { app: 'web' },
      sessionAffinity: 'None',
      type: 'ClusterIP',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
  });

  test('of affinity to clients is three hours', () => {
    const { spec } = service.defaults(serviceOf({ ...plain.spec, sessionAffinity: 'ClientIP' }));
    expect(spec.sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10800 } });
  });

  test('are made once', () => {
    const once = service.defaults(serviceOf({ ...plain.spec, type: 'LoadBalancer' }));
    expect(service.defaults(once)).toEqual(once);
  });
});

describe('the address', () => {
  test('is one of the upper part of the range, the same for the same name', () => {
    const { clusterIP, clusterIPs } = created(service, plain).spec;
    expect(clusterIP).toMatch(/^10\.96\.\d+\.\d+$/);
    expect(clusterIPs).toEqual([clusterIP]);
    expect(created(service, plain).spec.clusterIP).toBe(clusterIP);
    expect(created(service, serviceOf(plain.spec, 'api')).spec.clusterIP).not.toBe(clusterIP);
  });

  test('is another one when it is taken', () => {
    const wanted = created(service, plain).spec.clusterIP ?? '';
    const taken = serviceOf({ ...plain.spec, clusterIP: wanted }, 'other');
    expect(created(service, plain, contextWith(taken)).spec.clusterIP).not.toBe(wanted);
  });

  test('of a small range is never the API server’s or the DNS server’s, and ends with the range', () => {
    const context = contextWith();
    const small = { ...context, settings: { ...context.settings, serviceCidr: '10.0.0.0/28' } };
    const all: Service[] = [];
    for (let index = 0; index < 12; index += 1) {
      const others = { ...small, objects: contextWith(...all).objects };
      all.push(created(service, serviceOf(plain.spec, `s${index}`), others));
    }
    const addresses = all.map(({ spec }) => spec.clusterIP);
    expect(new Set(addresses).size).toBe(12);
    expect(addresses).not.toContain('10.0.0.1');
    expect(addresses).not.toContain('10.0.0.10');
    const full = { ...small, objects: contextWith(...all).objects };
    expect(() => created(service, plain, full)).toThrow('failed to allocate a serviceIP: range is full');
  });

  test('that is asked for is given, unless it is taken or outside', () => {
    const asked = (clusterIP: string): Service => serviceOf({ ...plain.spec, clusterIP });
    expect(created(service, asked('10.96.0.10')).spec.clusterIPs).toEqual(['10.96.0.10']);
    const other = serviceOf({ ...plain.spec, clusterIP: '10.96.0.10' }, 'dns');
    expect(() => created(service, asked('10.96.0.10'), contextWith(other))).toThrow(
      'Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    );
    expect(() => created(service, asked('10.97.0.1'))).toThrow(
      'the provided IP (10.97.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    );
  });

  test('stays for life, and is kept by an update that leaves it out', () => {
    const kept = created(service, plain);
    const next = service.prepareUpdate(service.defaults(plain), kept, contextWith(kept));
    expect(next.spec.clusterIP).toBe(kept.spec.clusterIP);
    const moved = { ...kept, spec: { ...kept.spec, clusterIP: '10.96.9.9', clusterIPs: ['10.96.9.9'] } };
    expect(changeProblems(service, moved, kept)).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set',
    ]);
  });

  test('None is kept, and an ExternalName has none', () => {
    expect(created(service, serviceOf({ clusterIP: 'None' })).spec.clusterIPs).toEqual(['None']);
    const external = serviceOf({ type: 'ExternalName', externalName: 'example.com' });
    expect(created(service, external).spec.clusterIP).toBeUndefined();
  });
});

function nodePort(port?: number, name = 'web'): Service {
  const ports = [{ port: 80, ...(port !== undefined && { nodePort: port }) }];
  return serviceOf({ type: 'NodePort', ports }, name);
}

describe('ports of the node', () => {
  test('are allotted from the range', () => {
    const [port] = created(service, nodePort()).spec.ports ?? [];
    expect(port?.nodePort).toBeGreaterThanOrEqual(30000);
    expect(port?.nodePort).toBeLessThanOrEqual(32767);
  });

  test('that are taken or outside are refused', () => {
    expect(() => created(service, nodePort(30080), contextWith(nodePort(30080, 'other')))).toThrow(
      'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    expect(() => created(service, nodePort(80))).toThrow(
      'provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
    expect(() => created(service, nodePort(80))).toThrow(ApiError);
  });

  test('one number serves TCP and UDP of one Service', () => {
    const ports = [
      { name: 'dns', port: 53, nodePort: 30053, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, nodePort: 30053, protocol: 'TCP' },
    ];
    expect(created(service, serviceOf({ type: 'NodePort', ports })).spec.ports).toMatchObject(ports);
  });

  test('are kept by an update, and go when the type no longer has them', () => {
    const kept = created(service, nodePort());
    const again = service.prepareUpdate(service.defaults(nodePort()), kept, contextWith(kept));
    expect(again.spec.ports).toEqual(kept.spec.ports);
    const inner = { ...kept, spec: { ...kept.spec, type: 'ClusterIP' } };
    const next = service.prepareUpdate(service.defaults(inner), kept, contextWith(kept));
    expect(next.spec.ports?.[0]).not.toHaveProperty('nodePort');
  });
});

test.each<readonly [string, ServiceSpec, readonly string[]]>([
  ['no ports', {}, ['spec.ports: Required value']],
  ['headless without ports', { clusterIP: 'None' }, []],
  [
    'a port of 0',
    { ports: [{ port: 0 }] },
    [
      'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'two ports without names',
    { ports: [{ port: 80 }, { port: 81 }] },
    ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
  ],
  [
    'the same port twice',
    {
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    },
    [
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ],
  ],
  [
    'an unknown type',
    { type: 'Public', ports: [{ port: 80 }] },
    [
      'spec.type: Unsupported value: "Public": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
  ],
  [
    'a node port of a ClusterIP',
    { ports: [{ port: 80, nodePort: 30000 }] },
    ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  ],
  ['an ExternalName without a name', { type: 'ExternalName' }, ['spec.externalName: Required value']],
  [
    'IPv6',
    { ports: [{ port: 80 }], ipFamilies: ['IPv6'] },
    ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
  ],
  [
    'two stacks',
    { ports: [{ port: 80 }], ipFamilyPolicy: 'RequireDualStack' },
    [
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
  ],
])('%s', (_name, spec, problems) => {
  expect(problemsOf(service, serviceOf(spec))).toEqual(problems);
});

test('what the node does nothing about is told', () => {
  const sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } };
  const asked = { type: 'LoadBalancer', sessionAffinity: 'ClientIP', sessionAffinityConfig };
  expect(service.warnings?.(service.defaults(serviceOf(asked)))).toEqual([
    'podproof does not carry out spec.type: there is no load balancer, and the service is reached at its cluster IP and node ports',
    'podproof does not carry out spec.sessionAffinityConfig.clientIP.timeoutSeconds: a client keeps its pod until the endpoints change',
  ]);
  const sticky = serviceOf({ ...plain.spec, sessionAffinity: 'ClientIP' });
  expect(service.warnings?.(service.defaults(sticky))).toEqual([]);
});

test('its row', () => {
  const spec = {
    ...plain.spec,
    type: 'NodePort',
    clusterIP: '10.96.0.7',
    ports: [{ port: 80, nodePort: 30080 }],
  };
  expect(rowOf(service, created(service, serviceOf(spec)), 'wide')).toEqual({
    NAME: 'web',
    TYPE: 'NodePort',
    'CLUSTER-IP': '10.96.0.7',
    'EXTERNAL-IP': '<none>',
    'PORT(S)': '80:30080/TCP',
    AGE: '2m',
    SELECTOR: 'app=web',
  });
  expect(rowOf(service, created(service, serviceOf({ ...spec, type: 'LoadBalancer' })))).toMatchObject({
    'EXTERNAL-IP': '<pending>',
  });
});
